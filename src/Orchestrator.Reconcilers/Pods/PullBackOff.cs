namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// How long an image that could not be pulled is not asked for again: 10, 20, 40 … 300 seconds. It counts apart from
/// crashes, and forgets once no pull has failed for twice the longest wait.
/// </summary>
/// <param name="Delay">The wait after the last failure.</param>
/// <param name="Since">When that was.</param>
/// <param name="Error">What it came to, as a pod shows it: <c>ErrImagePull: not found</c>.</param>
public sealed record PullBackOff(TimeSpan Delay, DateTimeOffset Since, string Error)
{
    /// <summary>The first wait.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(300);

    /// <summary>How long is still to wait; zero when the registry may be asked.</summary>
    public TimeSpan Left(DateTimeOffset now) =>
        Since + Delay is var due && due > now ? due - now : TimeSpan.Zero;

    /// <summary>After one more failure.</summary>
    public static PullBackOff After(PullBackOff? before, string error, DateTimeOffset now)
    {
        var isNew = before is null || now - before.Since > Max * 2;
        var delay = isNew ? Min : TimeSpan.FromTicks(Math.Min(before!.Delay.Ticks * 2, Max.Ticks));
        return new PullBackOff(delay, now, error);
    }
}
