using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>Follows a change of the Deployment's size, or keeps the size while it is paused.</summary>
internal static class Scaling
{
    /// <summary>The Deployment was scaled since a set with pods was last sized.</summary>
    public static bool IsDue(Rollout rollout) => ReplicaSetOrder.Active(rollout.All).Any(set =>
        DeploymentAnnotations.NumberOf(set, DeploymentAnnotations.DesiredReplicas) is { } noted
        && noted != rollout.Wanted);

    public static IReadOnlyList<DeploymentAction> Plan(Rollout rollout)
    {
        if (ActiveOrLatest(rollout) is { } only) return Some(rollout.Scale(only, rollout.Wanted));
        if (RolloutMath.IsSaturated(rollout.Deployment, rollout.Current))
        {
            return [.. ReplicaSetOrder.Active(rollout.Old).SelectMany(old => Some(rollout.Scale(old, 0)))];
        }
        return RolloutMath.IsRolling(rollout.Deployment) ? Proportionally(rollout) : [];
    }

    // Mid-rollout every set grows or shrinks by its share, so that one bad revision does not get all new pods.
    private static List<DeploymentAction> Proportionally(Rollout rollout)
    {
        var deployment = rollout.Deployment;
        var active = ReplicaSetOrder.Active(rollout.All);
        var allowed = rollout.Wanted > 0 ? rollout.Wanted + RolloutMath.MaxSurge(deployment) : 0;
        var toAdd = allowed - RolloutMath.Total(active);
        var sorted = ReplicaSetOrder.LargestFirst(active, newerFirst: toAdd > 0);
        var added = 0;
        var sizes = new List<int>(sorted.Count);
        foreach (var set in sorted)
        {
            var share = RolloutMath.Proportion(set, deployment, toAdd, added);
            sizes.Add(RolloutMath.Replicas(set) + share);
            added += share;
        }
        // What rounding left over falls to the largest.
        if (toAdd != 0) sizes[0] = Math.Max(0, sizes[0] + toAdd - added);
        return [.. sorted.Zip(sizes).SelectMany(pair => Some(rollout.Scale(pair.First, pair.Second)))];
    }

    private static ReplicaSet? ActiveOrLatest(Rollout rollout)
    {
        var active = ReplicaSetOrder.Active(rollout.All);
        return active.Count switch
        {
            0 => rollout.Current ?? (rollout.Old.Count > 0 ? rollout.Old[^1] : null),
            1 => active[0],
            _ => null,
        };
    }

    private static IReadOnlyList<DeploymentAction> Some(DeploymentAction? action) => action is null ? [] : [action];
}
