using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Metrics.V1Beta1;

/// <summary>What the containers of a node use; measured when asked for, never stored.</summary>
public sealed record NodeMetrics : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<NodeMetrics> Kind { get; } = new("metrics.k8s.io/v1beta1", "NodeMetrics", "nodes")
    {
        IsNamespaced = false,
        Verbs = ["get", "list"],
        Columns =
        [
            Cells.Name<NodeMetrics>(),
            new("cpu", "string", (node, _) => $"{node.Usage.GetValueOrDefault("cpu")}"),
            new("memory", "string", (node, _) => $"{node.Usage.GetValueOrDefault("memory")}"),
            new("Window", "string", (node, _) => node.Window),
        ],
    };

    public DateTimeOffset? Timestamp { get; init; }
    [KeepEmpty]
    public string Window { get; init => field = value ?? ""; } = "";
    public IReadOnlyDictionary<string, Quantity> Usage { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
}
