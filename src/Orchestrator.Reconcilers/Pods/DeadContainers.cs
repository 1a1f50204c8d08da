namespace Orchestrator.Reconcilers.Pods;

/// <summary>How many dead containers of ended pods a node keeps, for their logs and their last words.</summary>
public sealed record DeadContainerLimits
{
    /// <summary>A younger one is kept whatever the number.</summary>
    public TimeSpan AgeMin { get; init; }

    /// <summary>So many of each container of a pod; negative for any number.</summary>
    public int PerContainerMax { get; init; } = 1;

    /// <summary>So many on the node; negative for any number.</summary>
    public int Max { get; init; } = -1;
}

/// <summary>One dead container of a pod that has ended and whose object is still there.</summary>
public sealed record DeadContainer(string Id, string PodUid, string Container, DateTimeOffset CreatedAt);

/// <summary>
/// Decides which dead containers of ended pods a node removes before the pods go, in the order of the kubelet: too many
/// of one container, then too many at all, spread over the pods, the oldest first. Those of pods that live are not
/// asked about: they say how long a crash has to be waited out.
/// </summary>
public static class DeadContainers
{
    /// <summary>Ids of those to remove, the oldest first.</summary>
    public static IReadOnlyList<string> ToRemove(
        IReadOnlyList<DeadContainer> dead, DeadContainerLimits limits, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(dead);
        ArgumentNullException.ThrowIfNull(limits);
        var kept = dead.Where(one => now - one.CreatedAt >= limits.AgeMin).ToList();
        List<DeadContainer> removed = [];
        if (limits.PerContainerMax >= 0) Keep(PerUnit(kept, limits.PerContainerMax));
        if (limits.Max >= 0 && kept.Count > limits.Max)
        {
            var units = kept.Select(Unit).Distinct().Count();
            Keep(PerUnit(kept, Math.Max(1, limits.Max / units)));
            Keep([.. NewestFirst(kept).Take(limits.Max)]);
        }
        return [.. NewestFirst(removed).Reverse().Select(one => one.Id)];

        void Keep(List<DeadContainer> next)
        {
            removed.AddRange(kept.Except(next));
            kept = next;
        }
    }

    private static List<DeadContainer> PerUnit(IEnumerable<DeadContainer> dead, int max) =>
        [.. dead.GroupBy(Unit).SelectMany(unit => NewestFirst(unit).Take(max))];

    private static (string, string) Unit(DeadContainer one) => (one.PodUid, one.Container);

    private static IOrderedEnumerable<DeadContainer> NewestFirst(IEnumerable<DeadContainer> dead) =>
        dead.OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.Id, StringComparer.Ordinal);
}
