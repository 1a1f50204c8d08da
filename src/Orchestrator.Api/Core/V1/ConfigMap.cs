using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>Configuration as keys and values.</summary>
public sealed record ConfigMap : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ConfigMap> Kind { get; } = new("v1", "ConfigMap", "configmaps")
    {
        ShortNames = ["cm"],
        Columns =
        [
            Cells.Name<ConfigMap>(),
            new("Data", "integer", (map, _) => map.Data.Count + map.BinaryData.Count),
            Cells.Age<ConfigMap>(),
        ],
        Validate = ConfigMapValidation.Check,
    };

    public IReadOnlyDictionary<string, string> Data { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public IReadOnlyDictionary<string, byte[]> BinaryData { get; init => field = value ?? Map<byte[]>.Empty; } =
        Map<byte[]>.Empty;
    public bool? Immutable { get; init; }
}
