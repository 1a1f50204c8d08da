namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// How long to wait before a dead container is started again: at once, then 10, 20, 40, 80, 160 and 300 seconds. The
/// delay is read off the dead container itself, so a restarted node goes on counting where the old one stopped.
/// </summary>
public static class CrashBackOff
{
    /// <summary>The longest delay.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(300);

    /// <summary>A run this long is a clean one: counting starts over.</summary>
    public static readonly TimeSpan ResetAfter = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    /// <summary>The delay after the death of this attempt, counted from its end.</summary>
    public static TimeSpan After(ContainerAttempt dead)
    {
        var ran = dead.StartedAt is { } start && dead.FinishedAt is { } end ? end - start : TimeSpan.Zero;
        return ran >= ResetAfter || dead.BackOff is not { } before ? TimeSpan.Zero : Next(before);
    }

    /// <summary>The delay that follows <paramref name="before"/>: 0 → 10 s, 10 s → 20 s … 300 s → 300 s.</summary>
    public static TimeSpan Next(TimeSpan before) =>
        before <= TimeSpan.Zero ? First : TimeSpan.FromTicks(Math.Min(before.Ticks * 2, Max.Ticks));

    /// <summary>The kubelet's sentence; durations as Go prints them: <c>10s</c>, <c>1m20s</c>, <c>5m0s</c>.</summary>
    public static string Message(TimeSpan delay, string container, string pod) =>
        $"back-off {GoDuration.Text(delay)} restarting failed container={container} pod={pod}";
}
