using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// Places pods on nodes: those that can take the pod, and of these the one that spreads the load best.
/// </summary>
/// <remarks>
/// Pods that cannot be told apart share one queue of scored nodes, so a thousand replicas cost one look at each node
/// and a thousand small corrections. The outcome does not depend on the order of either input.
/// </remarks>
public static class SchedulingReconciler
{
    /// <summary>One pass over the pods that are waiting.</summary>
    /// <param name="snapshot">All nodes and what is left of them.</param>
    /// <param name="pending">Pods of this scheduler; bound and terminating ones are passed over.</param>
    /// <param name="volumes">What the claims of pods are looked up in.</param>
    public static SchedulingPlan Plan(
        SchedulingSnapshot snapshot, IReadOnlyList<Pod> pending, VolumeLookups? volumes = null)
    {
        var pass = new SchedulingPass(snapshot, volumes ?? new());
        var placements = new List<Placement>(pending.Count);
        var refusals = new List<Refusal>();
        foreach (var pod in InOrder(pending))
        {
            if (pod.Spec.SchedulingGates.Count > 0)
            {
                refusals.Add(new(pod, "SchedulingGated",
                    "Scheduling is blocked due to non-empty scheduling gates", []));
                continue;
            }
            var (placement, refusal) = pass.Place(pod);
            if (placement is not null) placements.Add(placement);
            else refusals.Add(refusal!);
        }
        return new(placements, refusals);
    }

    // The important first, then those that wait longest.
    private static IOrderedEnumerable<Pod> InOrder(IReadOnlyList<Pod> pending) => pending
        .Where(pod => string.IsNullOrEmpty(pod.Spec.NodeName) && PodFacts.IsActive(pod))
        .OrderByDescending(pod => pod.Spec.Priority ?? 0)
        .ThenBy(pod => pod.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue)
        .ThenBy(pod => pod.Metadata.Namespace, StringComparer.Ordinal)
        .ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal);
}
