using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// Brings a pod up and keeps it up: sandbox, then init containers in order, then all app containers at once.
/// </summary>
internal static class PodStart
{
    public static IEnumerable<PodStep> Steps(PodView view) =>
        view.ReadySandbox is { } sandbox ? ContainerSteps(view, sandbox) : SandboxSteps(view);

    // A dead sandbox took the network with it: everything that joined it has to be replaced, under a new address.
    private static IEnumerable<PodStep> SandboxSteps(PodView view)
    {
        foreach (var container in view.All.Where(container => container.IsRunning && !container.IsBusy))
        {
            yield return Stop(view, container,
                "the sandbox of the pod has died; the pod is started anew with a new address");
        }
        if (view.IsBusy(PodObservation.SandboxKey) || view.All.Any(container => !container.IsSettled)) yield break;
        if (view.Seen.Troubles.GetValueOrDefault(PodObservation.SandboxKey)?.DueAt(view.Now) is { } retryAt
            && retryAt > view.Now)
        {
            yield return new PodStep(LookAt: retryAt);
            yield break;
        }
        yield return view.Sandbox switch
        {
            null => new PodStep(new PodAction.StartSandbox(0)),
            { Phase: AttemptPhase.Created } made => new PodStep(new PodAction.StartSandbox(made.Attempt)),
            { } dead => new PodStep(
                new PodAction.StartSandbox(dead.Attempt + 1),
                new PodReason("", "SandboxChanged",
                    "the sandbox of the pod has died; a new one is started with a new address")),
        };
    }

    private static IEnumerable<PodStep> ContainerSteps(PodView view, SandboxObservation sandbox)
    {
        foreach (var container in view.All.Where(container => container.IsRunning && !container.IsBusy))
        {
            if (WhyOutdated(container, sandbox) is { } why) yield return Stop(view, container, why);
            else if (ProbeVerdicts.Stop(view, container) is { } failed) yield return failed;
        }
        // Before the init containers, for it may be one of them that is looked at.
        foreach (var step in view.Ephemerals.SelectMany(one => FirstStart(view, one, sandbox))) yield return step;
        var wasInitialized = PodStatusBuilder.HasStartedApps(view, sandbox);
        foreach (var init in view.Inits)
        {
            if (init.Role == ContainerRole.Init && (wasInitialized || IsDoneIn(init, sandbox))) continue;
            foreach (var step in StartSteps(view, init, sandbox)) yield return step;
            var canGoOn = wasInitialized || (init.Role == ContainerRole.Sidecar && IsUpIn(view, init, sandbox));
            if (!canGoOn) yield break;
        }
        foreach (var app in view.Apps)
        {
            var steps = StartSteps(view, app, sandbox).ToList();
            foreach (var step in steps) yield return step;
            if (IsStarting(app, steps)) yield break;
        }
    }

    // What is done right after the start of one holds up the start of the next.
    private static bool IsStarting(ContainerView app, IReadOnlyList<PodStep> steps) =>
        app.HasPostStart
        && (app.Operation is { IsStop: false } || steps.Any(step => step.Action is PodAction.StartContainer));

    private static bool IsDoneIn(ContainerView init, SandboxObservation sandbox) =>
        init.CurrentDead is { HasSucceeded: true } done && done.SandboxId == sandbox.Id;

    private static bool IsUpIn(PodView view, ContainerView sidecar, SandboxObservation sandbox) =>
        sidecar is { IsRunning: true, IsBusy: false } && sidecar.Newest!.SandboxId == sandbox.Id
        && ProbeVerdicts.IsStarted(view, sidecar);

    private static string? WhyOutdated(ContainerView container, SandboxObservation sandbox)
    {
        if (container.Newest!.SpecHash != container.Hash)
        {
            return $"Container {container.Name} definition changed, will be restarted";
        }
        var next = container.Role == ContainerRole.Ephemeral ? "stopped" : "restarted";
        return container.Newest.SandboxId == sandbox.Id
            ? null : $"Container {container.Name} belongs to an earlier sandbox, will be {next}";
    }

    // One that was there once is never started again, even if somebody has removed it since. One that is to look at
    // another waits for it, for the engine lets it join nothing else.
    private static IEnumerable<PodStep> FirstStart(
        PodView view, ContainerView container, SandboxObservation sandbox) =>
        view.AbsentTargetOf(container) is not null
        || (container.Newest is null && ContainerStatusBuilder.Old(view, container)?.ContainerID is not null)
            ? []
            : StartSteps(view, container, sandbox);

    private static IEnumerable<PodStep> StartSteps(PodView view, ContainerView container, SandboxObservation sandbox)
    {
        if (!container.IsSettled) yield break;
        var next = Next(view, container, sandbox);
        if (next is null) yield break;
        var due = container.Trouble?.DueAt(view.Now) is { } retryAt && retryAt > next.Due ? retryAt : next.Due;
        if (due > view.Now)
        {
            yield return new PodStep(LookAt: due);
            yield break;
        }
        yield return new PodStep(
            new PodAction.StartContainer(container.Name, next.Attempt, sandbox.Id, next.BackOff),
            next.Why.Length == 0 ? null : new PodReason(container.Name, "Restart", next.Why));
    }

    private static NextAttempt? Next(PodView view, ContainerView container, SandboxObservation sandbox)
    {
        if (container.Newest is not { } newest)
            return new NextAttempt(FirstAttempt(view, container), null, view.Now, "");
        var isHere = newest.SandboxId == sandbox.Id;
        if (newest.SpecHash != container.Hash)
        {
            return new NextAttempt(newest.Attempt + 1, null, view.Now, "its image was changed in the spec");
        }
        if (newest.IsDead && view.IsStoppedForResize(newest))
            return new NextAttempt(newest.Attempt + 1, null, view.Now, "its resources were changed");
        if (!newest.IsDead)
        {
            // Made, but the node was interrupted before the start: the same attempt goes on, unless its network is
            // gone.
            return new NextAttempt(isHere ? newest.Attempt : newest.Attempt + 1, newest.BackOff, view.Now, "");
        }
        var mustRerun = !isHere && container.Role == ContainerRole.Init;
        if (!mustRerun && !PodOutcome.WantsRestart(view, container)) return null;
        if (!isHere)
        {
            return new NextAttempt(newest.Attempt + 1, newest.BackOff, view.Now, "the pod has a new sandbox");
        }
        var delay = CrashBackOff.After(newest, view.Seen.CrashBounds);
        return new NextAttempt(newest.Attempt + 1, delay, CrashBackOff.DueAt(newest, delay, view.Now),
            $"it ended with exit code {newest.ExitCode} and {RestartRules.PolicyText(view, container)}; "
            + $"waited {delay.TotalSeconds:0} s");
    }

    // Someone else may have removed the dead containers; the count of restarts in the status still stands.
    private static int FirstAttempt(PodView view, ContainerView container)
    {
        var known = view.Pod.Status.InitContainerStatuses.Concat(view.Pod.Status.ContainerStatuses)
            .FirstOrDefault(status => status.Name == container.Name);
        return known?.ContainerID is null ? 0 : known.RestartCount + 1;
    }

    /// <param name="graceSeconds">What is granted instead of the pod's grace.</param>
    private static PodStep Stop(PodView view, ContainerView container, string why, long? graceSeconds = null) => new(
        new PodAction.StopContainer(
            container.Name, container.Newest!.Id,
            TimeSpan.FromSeconds(graceSeconds ?? view.Pod.Spec.TerminationGracePeriodSeconds ?? 30), why),
        new PodReason(container.Name, "Kill", why));

    private sealed record NextAttempt(int Attempt, TimeSpan? BackOff, DateTimeOffset Due, string Why);
}
