namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// What a container that cannot start shows: first the error itself, then that it is being waited out, as the kubelet
/// alternates between ErrImagePull and ImagePullBackOff.
/// </summary>
internal static class PodTroubles
{
    private static readonly TimeSpan ErrorShownMax = TimeSpan.FromSeconds(5);

    /// <summary>Reason and message to show now.</summary>
    public static (string Reason, string Message) Shown(
        ContainerView container, StartTrouble trouble, DateTimeOffset now) =>
        trouble.Reason == "ErrImagePull" && now >= BackOffShownAt(trouble)
            ? ("ImagePullBackOff",
                $"Back-off pulling image \"{container.Spec.Image}\": ErrImagePull: {trouble.Message}")
            : (trouble.Reason, trouble.Message);

    /// <summary>
    /// An image that could not be had is shown as such until a pull gets somewhere: that it is tried again is no news.
    /// </summary>
    public static bool IsShownMeanwhile(StartTrouble trouble) =>
        trouble.Reason is "ErrImagePull" or "ImagePullBackOff";

    /// <summary>When a container that could not run begins to show its back-off.</summary>
    public static DateTimeOffset BackOffShownAt(ContainerAttempt dead, TimeSpan delay) =>
        (dead.FinishedAt ?? dead.CreatedAt) + Shown(delay);

    /// <summary>When what is shown changes next without any news.</summary>
    public static DateTimeOffset? NextChange(PodView view)
    {
        var troubles = view.All.Where(container => container.Trouble is { Reason: "ErrImagePull" })
            .Select(container => BackOffShownAt(container.Trouble!));
        var crashes = view.All.Where(container => container.CurrentDead is { CouldNotRun: true })
            .Select(container => BackOffShownAt(container.CurrentDead!, CrashBackOff.After(container.CurrentDead!)));
        var changes = troubles.Concat(crashes).Where(at => at > view.Now).ToList();
        return changes.Count == 0 ? null : changes.Min();
    }

    private static DateTimeOffset BackOffShownAt(StartTrouble trouble) => trouble.At + Shown(trouble.RetryAfter);

    private static TimeSpan Shown(TimeSpan delay) => delay / 2 < ErrorShownMax ? delay / 2 : ErrorShownMax;
}
