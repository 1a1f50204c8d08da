using System.Collections.ObjectModel;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>Confidential keys and values; base64 on the wire.</summary>
public sealed record Secret : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Secret> Kind { get; } = new("v1", "Secret", "secrets");

    public IReadOnlyDictionary<string, byte[]> Data { get; init => field = value ?? ReadOnlyDictionary<string, byte[]>.Empty; } = ReadOnlyDictionary<string, byte[]>.Empty;
    public string? Type { get; init; }
    public IReadOnlyDictionary<string, string> StringData { get; init => field = value ?? ReadOnlyDictionary<string, string>.Empty; } = ReadOnlyDictionary<string, string>.Empty;
    public bool? Immutable { get; init; }
}
