using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Reconcilers.Scheduling;

namespace Orchestrator.Reconcilers.Nodes;

/// <summary>
/// Which pods have to leave a node because of its NoExecute taints: those that do not tolerate one at once, those that
/// tolerate it for a while when that is over. Reads only its arguments.
/// </summary>
public static class TaintEvictions
{
    /// <summary>When the pod has to leave, and which taint makes it; null when it may stay for ever.</summary>
    /// <param name="taints">The node's taints; those without a time count from <paramref name="now"/>.</param>
    /// <param name="tolerations">What the pod puts up with.</param>
    /// <param name="heldUntil">Time during which taints of condition did not count.</param>
    /// <param name="now">The time of the pass.</param>
    public static (DateTimeOffset At, Taint Taint)? Deadline(
        IReadOnlyList<Taint> taints, IReadOnlyList<Toleration> tolerations, DateTimeOffset? heldUntil,
        DateTimeOffset now)
    {
        (DateTimeOffset At, Taint Taint)? soonest = null;
        foreach (var taint in taints.Where(taint => taint.Effect == "NoExecute"))
        {
            if (PatienceWith(taint, tolerations) is not { } patience) continue;
            var since = taint.TimeAdded ?? now;
            if (NodeTaints.IsOfCondition(taint) && heldUntil > since) since = heldUntil.Value;
            if (soonest is null || since + patience < soonest.Value.At) soonest = (since + patience, taint);
        }
        return soonest;
    }

    /// <summary>The pods that have to leave now, and the wait until the next one has to.</summary>
    public static (IReadOnlyList<PodEviction> Due, TimeSpan? Next) Plan(
        IReadOnlyList<Taint> taints, IReadOnlyList<Pod> pods, DateTimeOffset? heldUntil, DateTimeOffset now)
    {
        var due = new List<PodEviction>();
        TimeSpan? next = null;
        if (heldUntil >= now) taints = [.. taints.Where(taint => !NodeTaints.IsOfCondition(taint))];
        if (!taints.Any(taint => taint.Effect == "NoExecute")) return (due, next);
        foreach (var pod in pods.Where(pod => PodFacts.IsActive(pod) && !MirrorPods.IsMirror(pod)))
        {
            if (Deadline(taints, pod.Spec.Tolerations, heldUntil, now) is not var (at, taint)) continue;
            if (at <= now) due.Add(new(pod, $"the node has taint {{{taint.Key}: {taint.Value}}}, effect NoExecute"));
            else if (next is null || at - now < next) next = at - now;
        }
        return (due, next);
    }

    // Zero when nothing tolerates it, null when something does for ever. As in the reference the first toleration that
    // covers a taint counts.
    private static TimeSpan? PatienceWith(Taint taint, IReadOnlyList<Toleration> tolerations)
    {
        var covering = tolerations.FirstOrDefault(toleration => Tolerations.Covers(toleration, taint));
        if (covering is null) return TimeSpan.Zero;
        return covering.TolerationSeconds is { } seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue))
            : null;
    }
}
