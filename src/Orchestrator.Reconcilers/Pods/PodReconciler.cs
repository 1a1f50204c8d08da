using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>Decides what a node does about one pod. Reads only its arguments; touches nothing.</summary>
public static class PodReconciler
{
    /// <summary>
    /// One pass. <paramref name="pod"/> carries the status the node knows, which may be newer than what the cluster
    /// has.
    /// </summary>
    public static PodPlan Plan(Pod pod, PodObservation observed, DateTimeOffset now)
    {
        var view = PodView.Of(pod, observed, now);
        var steps = Steps(view).ToList();
        var status = PodStatusBuilder.Build(view);
        var looks = steps.Select(step => step.LookAt).Append(PodTroubles.NextChange(view)).Append(view.Deadline)
            .Where(at => at > now).Select(at => at!.Value).ToList();
        return new PodPlan(
            [.. steps.Where(step => step.Action is not null).Select(step => step.Action!)],
            PodStatusChange.Same(pod.Status, status) ? pod.Status : status,
            looks.Count == 0 ? null : looks.Min() - now,
            [.. steps.Where(step => step.Reason is not null).Select(step => step.Reason!)])
        {
            Promised = view.Resize.Promised,
            IsDeferred = view.Resize.Reason == PodReservation.Deferred,
            Rejection = view.Rejection,
            IsHalt = IsHalt(view),
        };
    }

    private static IEnumerable<PodStep> Steps(PodView view)
    {
        if (view.IsDeleting) return PodHalt.Stop(view).Concat(PodHalt.CleanUp(view));
        if (IsHalt(view))
        {
            return PodHalt.Stop(view).Concat(PodHalt.FreeSandbox(view));
        }
        if (view.Rejection is not null) return [];
        return AfterVolumes(view, PodStart.Steps(view)).Concat(PodResize.Steps(view)).Concat(PodHalt.Prune(view));
    }

    private static bool IsHalt(PodView view) =>
        view.IsDeleting || view.IsEnded || view.IsOverdue || view.Eviction is not null
        || PodOutcome.Of(view) is not null;

    // Nothing starts before its volumes can be mounted; what is to be stopped need not wait for them.
    private static IEnumerable<PodStep> AfterVolumes(PodView view, IEnumerable<PodStep> steps)
    {
        var list = steps.ToList();
        if (view.Seen.AreVolumesReady || !list.Any(step => IsStart(step.Action))) return list;
        return list.Where(step => !IsStart(step.Action)).Append(PrepareVolumes(view));
    }

    private static PodStep PrepareVolumes(PodView view)
    {
        if (view.IsBusy(PodObservation.VolumesKey)) return new PodStep();
        return view.Seen.Troubles.GetValueOrDefault(PodObservation.VolumesKey)?.DueAt(view.Now) is { } retryAt
            && retryAt > view.Now
            ? new PodStep(LookAt: retryAt)
            : new PodStep(new PodAction.PrepareVolumes());
    }

    private static bool IsStart(PodAction? action) => action is PodAction.StartContainer or PodAction.StartSandbox;
}

/// <summary>One line of a plan: something to do, why, or when to look again.</summary>
internal sealed record PodStep(PodAction? Action = null, PodReason? Reason = null, DateTimeOffset? LookAt = null);
