namespace Orchestrator.Reconcilers.Pods;

/// <summary>Whether a pod has come to its end by itself, and how.</summary>
internal static class PodOutcome
{
    /// <returns><c>Succeeded</c>, <c>Failed</c>, or null while something is still to run.</returns>
    public static string? Of(PodView view)
    {
        if (view.Inits.Any(init => HasFailedForGood(view, init)) && view.Apps.All(app => app.Newest is null))
            return "Failed";
        if (!view.Apps.All(app => IsFinished(view, app))) return null;
        return view.Apps.All(app => app.Newest!.HasSucceeded) ? "Succeeded" : "Failed";
    }

    /// <summary>The policy wants a dead container to run again.</summary>
    public static bool WantsRestart(PodView view, ContainerView container) => container.Role switch
    {
        _ when view.IsStoppedForResize(container.Newest!) => true,
        // A sidecar runs as long as the pod does, whatever the pod's policy says.
        ContainerRole.Sidecar => true,
        ContainerRole.Ephemeral => false,
        ContainerRole.Init => !container.Newest!.HasSucceeded && view.RestartPolicy != "Never",
        _ => view.RestartPolicy switch
        {
            "Never" => false,
            "OnFailure" => !container.Newest!.HasSucceeded,
            _ => true,
        },
    };

    private static bool IsFinished(PodView view, ContainerView app) =>
        app.CurrentDead is not null && !app.IsBusy && !WantsRestart(view, app);

    private static bool HasFailedForGood(PodView view, ContainerView init) =>
        init is { Role: ContainerRole.Init, IsBusy: false, CurrentDead.HasSucceeded: false }
            && view.RestartPolicy == "Never";
}
