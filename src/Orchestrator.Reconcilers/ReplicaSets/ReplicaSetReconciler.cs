using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>Decides which pods a ReplicaSet takes in, lets go, creates and deletes. Reads only its arguments.</summary>
public static class ReplicaSetReconciler
{
    /// <summary>At most so many creations or deletions a pass; the next pass goes on.</summary>
    public const int BurstMax = 500;

    /// <summary>One look at a set.</summary>
    /// <param name="desired">The set as it is stored.</param>
    /// <param name="observed">All pods of its namespace that match its selector or that it owns.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="context">What else the shell knows.</param>
    public static ReplicaSetPlan Reconcile(
        ReplicaSet desired, IReadOnlyList<Pod> observed, DateTimeOffset now, ReplicaSetContext? context = null)
    {
        context ??= ReplicaSetContext.None;
        var claims = PodClaims.Of(desired, desired.Spec.Selector, observed);
        var actions = new List<PodAction>(claims.Actions);
        var surplus = claims.Active.Count - (desired.Spec.Replicas ?? 1);
        if (desired.Metadata.DeletionTimestamp is null)
        {
            if (surplus < 0) actions.AddRange(Creates(desired, observed, -surplus, context));
            if (surplus > 0) actions.AddRange(Deletes(desired, claims.Active, surplus, now, context));
        }
        var hasLeftovers = Math.Abs(surplus) > BurstMax && desired.Metadata.DeletionTimestamp is null;
        return new(
            actions,
            ReplicaSetStatuses.Of(desired, claims.Active, now, context.Failure),
            hasLeftovers ? TimeSpan.Zero : NextAvailable(desired, claims.Active, now),
            Reasons(desired, claims.Active.Count, actions, now));
    }

    // Names come from free slots, never from chance: a pass that died halfway repeats the same names, and the second
    // create of a name is a no-op. Finished and terminating pods keep theirs until they are removed.
    private static IEnumerable<PodAction> Creates(
        ReplicaSet desired, IReadOnlyList<Pod> observed, int missing, ReplicaSetContext context)
    {
        var taken = observed.Select(pod => pod.Metadata.Name ?? "").ToHashSet(StringComparer.Ordinal);
        return PodNames.Free(
            desired.Metadata.Name ?? "", desired.Metadata.Uid ?? "", Math.Min(missing, BurstMax),
            name => taken.Contains(name) || context.IsTaken(name));
    }

    private static IEnumerable<PodAction> Deletes(
        ReplicaSet desired, IReadOnlyList<Pod> active, int surplus, DateTimeOffset now, ReplicaSetContext context)
    {
        var why = $"{active.Count} pods are active, {desired.Spec.Replicas ?? 1} wanted";
        return ScaleDownRank.Choose(active, context.Siblings, surplus, now).Take(BurstMax).Select(choice =>
            new PodAction.Delete(
                choice.Pod.Metadata.Name ?? "", choice.Pod.Metadata.Uid ?? "",
                $"{why}: chosen because {choice.Because}"));
    }

    private static TimeSpan? NextAvailable(ReplicaSet desired, IReadOnlyList<Pod> active, DateTimeOffset now)
    {
        if (desired.Spec.MinReadySeconds <= 0) return null;
        TimeSpan? soonest = null;
        foreach (var pod in active)
        {
            if (PodFacts.AvailableFrom(pod, desired.Spec.MinReadySeconds) is not { } from || from <= now) continue;
            if (soonest is null || from - now < soonest) soonest = from - now;
        }
        return soonest;
    }

    private static List<ReasonRecord> Reasons(
        ReplicaSet desired, int active, List<PodAction> actions, DateTimeOffset now)
    {
        var (uid, subject) = (desired.Metadata.Uid ?? "", KindRegistry.KeyOf(desired).ToString());
        var inputs = $"{{\"replicas\":{desired.Spec.Replicas ?? 1},\"active\":{active}}}";
        var reasons = new List<ReasonRecord>();
        var created = actions.OfType<PodAction.Create>().ToList();
        if (created.Count > 0)
        {
            reasons.Add(new(now, uid, subject, "ScaledUp",
                $"{desired.Spec.Replicas ?? 1} pods wanted, {active} active: creates {Shown(created)}", inputs));
        }
        foreach (var action in actions)
        {
            var (decision, why, pod) = action switch
            {
                PodAction.Delete delete => ("ScaledDown", delete.Why, delete.Uid),
                PodAction.Release release => ("Released", release.Why, release.Uid),
                PodAction.Adopt adopt => ("Adopted", "it matches the selector and nobody manages it", adopt.Uid),
                _ => ("", "", ""),
            };
            if (decision.Length == 0) continue;
            var podKey = Pod.Kind.KeyOf(desired.Metadata.Namespace ?? "", action.Name).ToString();
            reasons.Add(new(now, pod, podKey, decision, $"by replicaset {desired.Metadata.Name}: {why}", inputs));
        }
        return reasons;
    }

    private static string Shown(List<PodAction.Create> creates)
    {
        const int shownMax = 5;
        var names = string.Join(", ", creates.Take(shownMax).Select(create => create.Name));
        return creates.Count <= shownMax ? names : $"{names} and {creates.Count - shownMax} more";
    }
}
