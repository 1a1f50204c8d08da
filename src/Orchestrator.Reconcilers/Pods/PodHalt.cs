namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// Takes a pod down: app containers and ephemeral ones first, then sidecars in reverse order, then the rest.
/// </summary>
internal static class PodHalt
{
    // A stop under way is only cut short when that gains something.
    private static readonly TimeSpan ShorteningMin = TimeSpan.FromSeconds(1);

    public static IEnumerable<PodStep> Stop(PodView view)
    {
        var why = Why(view);
        foreach (var step in view.Mains.SelectMany(main => StopSteps(view, main, why))) yield return step;
        foreach (var step in view.Ephemerals.SelectMany(one => StopSteps(view, one, why))) yield return step;
        // Once the grace has run out nobody waits for anybody.
        var (isLate, mustWait) = (view.Now >= GraceEnd(view), view.Mains.Any(main => !main.IsSettled));
        foreach (var sidecar in view.Sidecars.Reverse().Where(sidecar => !sidecar.IsSettled))
        {
            var steps = mustWait && !isLate ? WaitSteps(view, sidecar) : StopSteps(view, sidecar, why);
            foreach (var step in steps) yield return step;
            mustWait = true;
        }
    }

    /// <summary>The address of an ended pod is of use to others.</summary>
    public static IEnumerable<PodStep> FreeSandbox(PodView view)
    {
        if (view.All.Any(container => !container.IsSettled)) yield break;
        foreach (var sandbox in view.Seen.Sandboxes.Where(sandbox => sandbox.Phase == AttemptPhase.Running))
        {
            if (view.IsBusy(PodObservation.SandboxKey)) continue;
            yield return new PodStep(new PodAction.StopSandbox(sandbox.Id, "all containers of the pod have ended"));
        }
        foreach (var step in Prune(view)) yield return step;
    }

    /// <summary>
    /// Once the cluster knows how the pod ended: the word that nothing of it runs, for its object and whoever waits for
    /// that; then, in nobody's way, containers and files. What a crash leaves of them is found by its labels.
    /// </summary>
    public static IEnumerable<PodStep> CleanUp(PodView view)
    {
        var isBusy = view.Seen.Operations.Count > 0;
        if (view.All.Any(container => !container.IsSettled) || !view.Seen.IsFinalStatusReported) yield break;
        if (!view.Seen.IsStopConfirmed)
        {
            if (!view.IsBusy(PodObservation.SandboxKey)) yield return new PodStep(new PodAction.ConfirmStopped());
            yield break;
        }
        foreach (var attempt in view.Seen.Attempts.Where(attempt => !view.IsBusy(attempt.Id)))
        {
            yield return new PodStep(new PodAction.RemoveContainer(attempt.Container, attempt.Id));
        }
        foreach (var sandbox in view.Seen.Sandboxes.Where(sandbox => !view.IsBusy(sandbox.Id)))
        {
            yield return new PodStep(new PodAction.RemoveContainer(PodObservation.SandboxKey, sandbox.Id));
        }
        if (isBusy || view.Seen.Attempts.Count + view.Seen.Sandboxes.Count > 0) yield break;
        yield return new PodStep(
            view.Seen.AreVolumesGone ? new PodAction.ConfirmStopped() : new PodAction.RemoveVolumes());
    }

    /// <summary>
    /// Of the dead containers the newest of each name stays, for its logs and its last state; so does one that users
    /// are told of still.
    /// </summary>
    public static IEnumerable<PodStep> Prune(PodView view)
    {
        foreach (var container in view.All)
        {
            var dead = container.Attempts.Where(attempt => attempt.IsDead && !view.IsBusy(attempt.Id)).Skip(1);
            foreach (var attempt in dead.Where(attempt => !view.Seen.Named.Contains(attempt.Id)))
                yield return new PodStep(new PodAction.RemoveContainer(container.Name, attempt.Id));
        }
        var oldSandboxes = view.Seen.Sandboxes.Where(
            sandbox => sandbox.Id != view.Sandbox?.Id && sandbox.Phase == AttemptPhase.Exited
                && !view.IsBusy(sandbox.Id));
        foreach (var sandbox in oldSandboxes)
        {
            yield return new PodStep(new PodAction.RemoveContainer(PodObservation.SandboxKey, sandbox.Id));
        }
    }

    private static IEnumerable<PodStep> StopSteps(PodView view, ContainerView container, string why)
    {
        if (!container.IsRunning) yield break;
        var end = GraceEnd(view);
        var least = view.Now + LeastGrace(view, container);
        var stopBy = end > least ? end : least;
        var isCutShort = container.Operation is { IsStop: true, StopBy: { } before } && before - stopBy > ShorteningMin;
        if (container.IsBusy && !isCutShort) yield break;
        var stop = new PodAction.StopContainer(container.Name, container.Newest!.Id, stopBy - view.Now, why);
        // A hook that was begun while others ended has had its time.
        if (view.Seen.PreStopsBegun.Contains(stop.Id) && end < stopBy)
        {
            stop = stop with { HookGrace = end > view.Now ? end - view.Now : TimeSpan.Zero };
        }
        yield return new PodStep(stop, new PodReason(container.Name, "Kill", why));
    }

    // The hook of one whose turn has not come is not held back, only its TERM.
    private static IEnumerable<PodStep> WaitSteps(PodView view, ContainerView sidecar)
    {
        if (!sidecar.IsRunning) yield break;
        var (id, left) = (sidecar.Newest!.Id, GraceEnd(view) - view.Now);
        yield return new PodStep(LookAt: view.Now + left);
        if (!sidecar.HasPreStop || sidecar.IsBusy || view.Seen.PreStopsBegun.Contains(id)) yield break;
        yield return new PodStep(new PodAction.BeginPreStop(sidecar.Name, id, left));
    }

    private static TimeSpan LeastGrace(PodView view, ContainerView container) =>
        container.Role == ContainerRole.Sidecar || view.Seen.PreStopsBegun.Contains(container.Newest!.Id)
            ? PodGrace.Extension : PodGrace.Least(Grace(view));

    // A clock that was put back must not lengthen the grace.
    private static DateTimeOffset GraceEnd(PodView view) =>
        (view.Seen.StopBegan is { } at && at < view.Now ? at : view.Now) + Grace(view);

    // Whatever was asked for, a hook has a second.
    private static TimeSpan Grace(PodView view)
    {
        var seconds = view.Pod.Spec.TerminationGracePeriodSeconds ?? 30;
        if (view.IsDeleting) seconds = view.Pod.Metadata.DeletionGracePeriodSeconds ?? seconds;
        else if (view.Eviction is not null) seconds = 0;
        if (view.Seen.StopGraceSeconds is { } told && told < seconds) seconds = told;
        return TimeSpan.FromSeconds(Math.Max(seconds, 1));
    }

    private static string Why(PodView view)
    {
        if (view.IsDeleting) return "the pod is being deleted";
        if (view.Eviction is { } eviction) return $"the pod is evicted: {eviction.Trim()}";
        return view.IsOverdue
            ? $"the pod ran longer than its activeDeadlineSeconds of {view.Pod.Spec.ActiveDeadlineSeconds}"
            : "the pod has ended";
    }
}
