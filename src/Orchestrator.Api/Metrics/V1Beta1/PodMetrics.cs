using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Metrics.V1Beta1;

/// <summary>What the containers of a pod use; measured when asked for, never stored.</summary>
public sealed record PodMetrics : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<PodMetrics> Kind { get; } = new("metrics.k8s.io/v1beta1", "PodMetrics", "pods")
    {
        Verbs = ["get", "list"],
        Columns =
        [
            Cells.Name<PodMetrics>(),
            new("cpu", "string", (pod, _) => $"{pod.Sum("cpu")}"),
            new("memory", "string", (pod, _) => $"{pod.Sum("memory")}"),
            new("Window", "string", (pod, _) => pod.Window),
        ],
    };

    public DateTimeOffset? Timestamp { get; init; }
    [KeepEmpty]
    public string Window { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<ContainerMetrics> Containers { get; init => field = value ?? []; } = [];

    private Quantity Sum(string resource) => Containers.Aggregate(
        Quantity.Zero, (sum, container) => sum + container.Usage.GetValueOrDefault(resource));
}

/// <summary>The <c>ContainerMetrics</c> of the Kubernetes metrics.k8s.io/v1beta1 schema.</summary>
public sealed record ContainerMetrics
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public IReadOnlyDictionary<string, Quantity> Usage { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
}
