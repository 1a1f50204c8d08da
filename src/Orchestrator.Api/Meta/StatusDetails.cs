
namespace Orchestrator.Api.Meta;

/// <summary>What a Status error is about: the object, each cause, and when to try again.</summary>
[GenerateSerializer, Immutable, Alias("Orchestrator.StatusDetails")]
public sealed record StatusDetails(
    string? Name, string? Group, string? Kind, IReadOnlyList<StatusCause> Causes, int RetryAfterSeconds = 0,
    string? Uid = null)
{
    /// <summary>Details that only name the object.</summary>
    public static StatusDetails Of(Kind kind, string name) => new(name, kind.Group, kind.Plural, []);
}

/// <summary>One cause: machine-readable reason, text without the field, field path.</summary>
[GenerateSerializer, Immutable, Alias("Orchestrator.StatusCause")]
public sealed record StatusCause(string Reason, string Message, string? Field = null);
