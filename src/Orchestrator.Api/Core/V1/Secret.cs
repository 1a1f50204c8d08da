using System.Text;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>Confidential keys and values; base64 on the wire.</summary>
public sealed record Secret : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Secret> Kind { get; } = new("v1", "Secret", "secrets")
    {
        Columns =
        [
            Cells.Name<Secret>(),
            new("Type", "string", (secret, _) => secret.Type ?? ""),
            new("Data", "integer", (secret, _) => secret.Data.Count),
            Cells.Age<Secret>(),
        ],
        Fields = new Dictionary<string, Func<Secret, string>> { ["type"] = secret => secret.Type ?? "" },
        Default = Merged,
        Validate = SecretValidation.Check,
    };

    public IReadOnlyDictionary<string, byte[]> Data { get; init => field = value ?? Map<byte[]>.Empty; } =
        Map<byte[]>.Empty;
    public string? Type { get; init; }
    public IReadOnlyDictionary<string, string> StringData { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public bool? Immutable { get; init; }

    // Plain texts are for writing only: they win over data of the same key, and nobody reads them back.
    private static Secret Merged(Secret secret)
    {
        var type = string.IsNullOrEmpty(secret.Type) ? "Opaque" : secret.Type;
        if (secret.StringData.Count == 0) return secret with { Type = type };
        var data = new Dictionary<string, byte[]>(secret.Data, StringComparer.Ordinal);
        foreach (var (key, text) in secret.StringData) data[key] = Encoding.UTF8.GetBytes(text);
        return secret with { Type = type, Data = data, StringData = Map<string>.Empty };
    }
}
