using System.Text.Json.Serialization;

namespace Orchestrator.Api.Meta;

/// <summary>
/// What every object of the API shares. Immutable: a changed object is a new one, made by <c>with</c>.
/// <c>apiVersion</c> and <c>kind</c> are not members: the type says them, and <see cref="KindRegistry"/> writes them.
/// </summary>
public abstract record ApiObject
{
    /// <summary>Names, versions and ownership; never null.</summary>
    [JsonPropertyOrder(-1)]
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();
}
