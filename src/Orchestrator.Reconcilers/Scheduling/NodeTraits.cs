using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Nodes;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>What a scheduler reads off a node.</summary>
public static class NodeTraits
{
    private const int PodsDefault = 110;

    /// <summary>How many pods the node takes.</summary>
    public static int PodsMax(Node node) =>
        node.Status.Allocatable.TryGetValue("pods", out var pods) || node.Status.Capacity.TryGetValue("pods", out pods)
            ? (int)Math.Min(pods.Value, int.MaxValue)
            : PodsDefault;

    /// <summary>What the node has to give.</summary>
    public static ResourceAmounts Allocatable(Node node) =>
        ResourceAmounts.Of(node.Status.Allocatable.Count > 0 ? node.Status.Allocatable : node.Status.Capacity);

    /// <summary>
    /// The taints that keep pods away, and those that follow from its conditions: a node that is not ready counts as
    /// tainted even before someone wrote the taint down.
    /// </summary>
    public static IReadOnlyList<Taint> Taints(Node node)
    {
        var ready = node.Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready")?.Status;
        if (ready == "True") return node.Spec.Taints;
        var key = ready == "Unknown" ? NodeTaints.Unreachable : NodeTaints.NotReady;
        return node.Spec.Taints.Any(taint => taint.Key == key)
            ? node.Spec.Taints
            : [.. node.Spec.Taints, new Taint { Key = key, Effect = "NoSchedule" }];
    }

    /// <summary>Nothing that placements are decided from differs; times of heartbeats may.</summary>
    public static bool AreSame(Node a, Node b) =>
        ReferenceEquals(a, b)
        || (a.Spec.Unschedulable == b.Spec.Unschedulable
            && PodsMax(a) == PodsMax(b)
            && AreSame(Allocatable(a), Allocatable(b))
            && a.Metadata.Labels.Count == b.Metadata.Labels.Count
            && a.Metadata.Labels.All(label => b.Metadata.Labels.GetValueOrDefault(label.Key) == label.Value)
            && Taints(a).Select(Essence).SequenceEqual(Taints(b).Select(Essence)));

    private static bool AreSame(ResourceAmounts a, ResourceAmounts b) =>
        a.MilliCpu == b.MilliCpu && a.Memory == b.Memory && a.EphemeralStorage == b.EphemeralStorage
        && a.Extended.SequenceEqual(b.Extended);

    private static (string, string, string) Essence(Taint taint) => (taint.Key, taint.Value ?? "", taint.Effect);
}
