using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>The table of pods.</summary>
internal static class PodColumns
{
    public static IReadOnlyList<Column<Pod>> All { get; } =
    [
        Cells.Name<Pod>(),
        new("Ready", "string", (pod, _) => PodRow.Of(pod) is var row ? $"{row.Ready}/{row.Total}" : ""),
        new("Status", "string", (pod, _) => PodRow.Of(pod).Status),
        new("Restarts", "string", (pod, now) => PodRow.Of(pod).ShowRestarts(now)),
        Cells.Age<Pod>(),
        new("IP", "string", (pod, _) => Cells.OrNone(Ip(pod)), IsWide: true),
        new("Node", "string", (pod, _) => Cells.OrNone(pod.Spec.NodeName), IsWide: true),
        new("Nominated Node", "string", (pod, _) => Cells.OrNone(pod.Status.NominatedNodeName), IsWide: true),
        new("Readiness Gates", "string", (pod, _) => Gates(pod), IsWide: true),
    ];

    public static RowCompletion? Completion(Pod pod) => pod.Status.Phase switch
    {
        "Succeeded" => new("Succeeded", "The pod has completed successfully."),
        "Failed" => new("Failed", "The pod failed."),
        _ => null,
    };

    public static string? Ip(Pod pod) => pod.Status.PodIPs is [var first, ..] ? first.Ip : pod.Status.PodIP;

    private static string Gates(Pod pod)
    {
        var gates = pod.Spec.ReadinessGates;
        if (gates.Count == 0) return "<none>";
        var open = gates.Count(gate =>
            pod.Status.Conditions.Any(c => c.Type == gate.ConditionType && c.Status == "True"));
        return $"{open}/{gates.Count}";
    }
}
