namespace Orchestrator.Reconcilers.Pods;

/// <summary>Whether a pod has come to its end by itself, and how.</summary>
internal static class PodOutcome
{
    /// <returns><c>Succeeded</c>, <c>Failed</c>, or null while something is still to run.</returns>
    public static string? Of(PodView view)
    {
        if (view.Inits.Any(init => HasFailedForGood(view, init))) return "Failed";
        if (!view.Apps.All(app => IsFinished(view, app))) return null;
        return view.Apps.All(app => app.Newest!.HasSucceeded) ? "Succeeded" : "Failed";
    }

    /// <summary>The policy wants a dead container to run again.</summary>
    public static bool WantsRestart(PodView view, ContainerView container) => RestartRules.Wants(view, container);

    private static bool IsFinished(PodView view, ContainerView app) =>
        app.CurrentDead is not null && !app.IsBusy && !WantsRestart(view, app);

    // Not once apps have started beside it: then it did its work before, and is not run again.
    private static bool HasFailedForGood(PodView view, ContainerView init) =>
        init is { Role: ContainerRole.Init, IsBusy: false, CurrentDead: { HasSucceeded: false } dead }
            && !WantsRestart(view, init)
            && view.Apps.All(app => app.Attempts.All(attempt => attempt.SandboxId != dead.SandboxId));
}
