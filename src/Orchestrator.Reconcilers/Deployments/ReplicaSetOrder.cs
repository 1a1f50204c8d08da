using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>The orders in which sets are looked at. Names break ties, so the input's order never matters.</summary>
internal static class ReplicaSetOrder
{
    public static IReadOnlyList<ReplicaSet> Active(IEnumerable<ReplicaSet> sets) =>
        [.. sets.Where(set => RolloutMath.Replicas(set) > 0)];

    public static IReadOnlyList<ReplicaSet> OldestFirst(IEnumerable<ReplicaSet> sets) =>
        [.. sets.OrderBy(CreatedAt).ThenBy(Name, StringComparer.Ordinal)];

    public static IReadOnlyList<ReplicaSet> LargestFirst(IEnumerable<ReplicaSet> sets, bool newerFirst)
    {
        var bySize = sets.OrderByDescending(set => RolloutMath.Replicas(set));
        return newerFirst
            ? [.. bySize.ThenByDescending(CreatedAt).ThenByDescending(Name, StringComparer.Ordinal)]
            : [.. bySize.ThenBy(CreatedAt).ThenBy(Name, StringComparer.Ordinal)];
    }

    public static IReadOnlyList<ReplicaSet> LowestRevisionFirst(IEnumerable<ReplicaSet> sets) =>
        [.. sets.OrderBy(Revision).ThenBy(CreatedAt).ThenBy(Name, StringComparer.Ordinal)];

    public static long Revision(ReplicaSet set) =>
        DeploymentAnnotations.NumberOf(set, DeploymentAnnotations.Revision) ?? 0;

    private static DateTimeOffset CreatedAt(ReplicaSet set) =>
        set.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue;

    private static string Name(ReplicaSet set) => set.Metadata.Name ?? "";
}
