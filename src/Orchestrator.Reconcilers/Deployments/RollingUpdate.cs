using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>One step of a rolling update: the current set up as far as surge allows, else the old ones down.</summary>
internal static class RollingUpdate
{
    public static IReadOnlyList<DeploymentAction> Plan(Rollout rollout, ReplicaSet current)
    {
        var up = SizeOfCurrent(rollout, current);
        // 6 replicas, surge 1: an old set shrunk from 6 to 5 that has not let a pod go yet has 6 still, so a second new
        // one would be the eighth. It nudges when it has taken notice. The reference does not wait.
        if (up > RolloutMath.Replicas(current) && rollout.Old.Any(IsBehind)) return [];
        if (up != RolloutMath.Replicas(current)) return [rollout.Scale(current, up)!];
        return Shrink(rollout, current);
    }

    private static int SizeOfCurrent(Rollout rollout, ReplicaSet current) =>
        RolloutMath.Replicas(current) > rollout.Wanted
            ? rollout.Wanted
            : RolloutMath.NewSetSize(rollout.Deployment, rollout.All, current);

    // 10 replicas, surge 2, unavailable 2: old 8, new 4 of which 1 is not available yet. 12 - 8 - 1 = 3 old ones may
    // go, sick ones first, for they keep nothing available.
    private static List<DeploymentAction> Shrink(Rollout rollout, ReplicaSet current)
    {
        var old = ReplicaSetOrder.OldestFirst(ReplicaSetOrder.Active(rollout.Old));
        // A set that was shrunk and grown again still reports the pods it had before; until it has taken notice of its
        // size, what it says is available may be gone. It nudges when it has.
        if (old.Count == 0 || rollout.All.Any(IsBehind)) return [];
        var unavailable = Math.Max(0, RolloutMath.Replicas(current) - Available(current));
        var total = RolloutMath.Total(rollout.All);
        var room = total - rollout.MinAvailable - unavailable;
        if (room <= 0) return [];
        var sizes = old.Select(set => RolloutMath.Replicas(set)).ToArray();
        var left = room;
        for (var i = 0; i < old.Count && left > 0; i++)
        {
            var sick = Math.Min(left, sizes[i] - Available(old[i]));
            (sizes[i], left) = (sizes[i] - sick, left - sick);
        }
        // The reference takes available pods at the sets' word even when they have not yet followed their last scaling;
        // the room bounds both steps here, so that a stale status cannot drop us below the minimum.
        left = Math.Min(left, rollout.All.Sum(Available) - rollout.MinAvailable);
        for (var i = 0; i < old.Count && left > 0; i++)
        {
            var taken = Math.Min(left, sizes[i]);
            (sizes[i], left) = (sizes[i] - taken, left - taken);
        }
        return [.. old.Zip(sizes).Where(pair => RolloutMath.Replicas(pair.First) != pair.Second)
            .Select(pair => rollout.Scale(pair.First, pair.Second)!)];
    }

    private static bool IsBehind(ReplicaSet set) => set.Status.ObservedGeneration < set.Metadata.Generation;

    private static int Available(ReplicaSet set) =>
        Math.Min(set.Status.AvailableReplicas, RolloutMath.Replicas(set));
}
