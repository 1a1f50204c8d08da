using System.Numerics;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>
/// Orders pods by how little is lost when they go, least first: unassigned, Pending, Unknown; unready; low deletion
/// cost; crowding a node; ready for less time; restarted more; newer; and at last by UID.
/// </summary>
/// <remarks>
/// The reference goes from "ready in the same time bucket" straight to the UID when the times differ, which makes its
/// order circular for some triples. Here equal buckets are equal, so the order is total and does not depend on the
/// input's.
/// </remarks>
public static class ScaleDownRank
{
    /// <summary>The annotation that biases the order; a whole number, 0 when absent or malformed.</summary>
    public const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";

    private static readonly string[] Causes =
    [
        "it is not assigned to a node", "its phase is further from Running", "it is not ready",
        "its pod-deletion-cost is lower", "more of its siblings are on its node", "it became ready later",
        "it restarted more often", "it is newer", "its UID comes first",
    ];

    /// <summary>The pods that go first when <paramref name="count"/> must go, each with the cause.</summary>
    public static IReadOnlyList<(Pod Pod, string Because)> Choose(
        IReadOnlyList<Pod> active, IReadOnlyList<Pod> siblings, int count, DateTimeOffset now)
    {
        if (count >= active.Count)
            return [.. active.OrderBy(Uid, StringComparer.Ordinal).Select(pod => (pod, "all of them go"))];
        var crowd = siblings.Concat(active).Where(PodFacts.IsActive).DistinctBy(Uid)
            .GroupBy(pod => pod.Spec.NodeName ?? "").ToDictionary(group => group.Key, group => group.Count());
        var ranked = active.Select(pod => (Pod: pod, Key: KeyOf(pod, crowd, now))).ToList();
        ranked.Sort((a, b) => Compare(a.Key, b.Key, out _));
        var survivor = ranked[count].Key;
        return [.. ranked.Take(count).Select(entry =>
        {
            _ = Compare(entry.Key, survivor, out var cause);
            return (entry.Pod, Causes[cause]);
        })];
    }

    private static (long[] Ranks, string Uid) KeyOf(Pod pod, Dictionary<string, int> crowd, DateTimeOffset now)
    {
        var node = pod.Spec.NodeName ?? "";
        var ready = PodFacts.IsReady(pod);
        long[] ranks =
        [
            node.Length == 0 ? 0 : 1,
            pod.Status.Phase switch { "Running" => 2, "Unknown" => 1, _ => 0 },
            ready ? 1 : 0,
            CostOf(pod),
            node.Length == 0 ? 0 : -crowd[node],
            ready ? Bucket(PodFacts.ReadySince(pod), now) : 0,
            -PodFacts.Restarts(pod),
            Bucket(pod.Metadata.CreationTimestamp, now),
        ];
        return (ranks, Uid(pod));
    }

    private static int Compare((long[] Ranks, string Uid) a, (long[] Ranks, string Uid) b, out int cause)
    {
        for (cause = 0; cause < a.Ranks.Length; cause++)
        {
            if (a.Ranks[cause] != b.Ranks[cause]) return a.Ranks[cause].CompareTo(b.Ranks[cause]);
        }
        return string.CompareOrdinal(a.Uid, b.Uid);
    }

    // Times count by powers of two (of nanoseconds, as in the reference): 1 h and 1.5 h are the same, 1 h and 3 h are
    // not.
    private static int Bucket(DateTimeOffset? since, DateTimeOffset now)
    {
        if (since is not { } start || start >= now) return -1;
        var nanoseconds = (UInt128)(now - start).Ticks * 100;
        return (int)UInt128.Log2(nanoseconds);
    }

    private static int CostOf(Pod pod) =>
        pod.Metadata.Annotations.TryGetValue(DeletionCost, out var text) && int.TryParse(text, out var cost) ? cost : 0;

    private static string Uid(Pod pod) => pod.Metadata.Uid ?? pod.Metadata.Name ?? "";
}
