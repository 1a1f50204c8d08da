using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>
/// The arithmetic of rollouts. Surge rounds up, unavailable rounds down: of 3 replicas 25 % is 1 more and 0 fewer.
/// </summary>
public static class RolloutMath
{
    /// <summary>How many pods are wanted.</summary>
    public static int Replicas(Deployment deployment) => deployment.Spec.Replicas ?? 1;

    /// <summary>How many pods the set shall have.</summary>
    public static int Replicas(ReplicaSet? set) => set is null ? 0 : set.Spec.Replicas ?? 1;

    /// <summary>All pods the sets shall have.</summary>
    public static int Total(IEnumerable<ReplicaSet> sets) => sets.Sum(set => Replicas(set));

    /// <summary>Rolls, rather than recreates.</summary>
    public static bool IsRolling(Deployment deployment) => deployment.Spec.Strategy?.Type != "Recreate";

    /// <summary>How many pods more than wanted there may be.</summary>
    public static int MaxSurge(Deployment deployment) => IsRolling(deployment) ? Fenceposts(deployment).Surge : 0;

    /// <summary>How many pods fewer than wanted may be available.</summary>
    public static int MaxUnavailable(Deployment deployment) =>
        !IsRolling(deployment) || Replicas(deployment) == 0
            ? 0
            : Math.Min(Fenceposts(deployment).Unavailable, Replicas(deployment));

    /// <summary>How large the current set may be now, given all sets.</summary>
    public static int NewSetSize(Deployment deployment, IReadOnlyList<ReplicaSet> all, ReplicaSet? current)
    {
        var wanted = Replicas(deployment);
        if (!IsRolling(deployment)) return wanted;
        var room = wanted + MaxSurge(deployment) - Total(all);
        return room <= 0 ? Replicas(current) : Replicas(current) + Math.Min(room, wanted - Replicas(current));
    }

    /// <summary>
    /// How many of <paramref name="toAdd"/> pods (negative: to remove) fall to a set by its share, of which
    /// <paramref name="added"/> are given out.
    /// </summary>
    public static int Proportion(ReplicaSet set, Deployment deployment, int toAdd, int added)
    {
        if (Replicas(set) == 0 || toAdd == 0 || toAdd == added) return 0;
        var share = Share(set, deployment);
        var left = toAdd - added;
        return toAdd > 0 ? Math.Min(share, left) : Math.Max(share, left);
    }

    /// <summary>The current set has all the pods, all available, and was sized for the present wish.</summary>
    public static bool IsSaturated(Deployment deployment, ReplicaSet? current) =>
        current is not null
        && Replicas(current) == Replicas(deployment)
        && DeploymentAnnotations.NumberOf(current, DeploymentAnnotations.DesiredReplicas) == Replicas(deployment)
        && current.Status.AvailableReplicas == Replicas(deployment);

    // 10 replicas, surge 3, scaled to 15: a set of 8 (of 13 at most) becomes 8 * 18 / 13 = 11, so its share is 3.
    private static int Share(ReplicaSet set, Deployment deployment)
    {
        if (Replicas(deployment) == 0) return -Replicas(set);
        var size = Replicas(deployment) + MaxSurge(deployment);
        var before = DeploymentAnnotations.NumberOf(set, DeploymentAnnotations.MaxReplicas) is { } max and > 0
            ? max
            : deployment.Status.Replicas;
        if (before <= 0) before = size;
        var scaled = (double)Replicas(set) * size / before;
        return (int)Math.Round(scaled, MidpointRounding.AwayFromZero) - Replicas(set);
    }

    private static (int Surge, int Unavailable) Fenceposts(Deployment deployment)
    {
        var rolling = deployment.Spec.Strategy?.RollingUpdate;
        var surge = (rolling?.MaxSurge ?? "25%").Of(Replicas(deployment), roundUp: true) ?? 0;
        var unavailable = (rolling?.MaxUnavailable ?? "25%").Of(Replicas(deployment), roundUp: false) ?? 0;
        // With neither more nor fewer allowed a rollout could never take its first step.
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable);
    }
}
