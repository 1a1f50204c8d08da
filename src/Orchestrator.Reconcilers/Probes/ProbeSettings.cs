using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Probes;

/// <summary>When a probe looks and how many looks count; what a manifest leaves out is as in the reference.</summary>
public sealed record ProbeSettings(ProbeKind Kind)
{
    private const int PeriodDefault = 10;
    private const int FailureThresholdDefault = 3;

    // The start of a process in a container costs the machine far more than a connection to it.
    private static readonly TimeSpan EarlyGap = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EarlyGapOfExec = TimeSpan.FromSeconds(1);

    /// <summary>Nothing is looked at before the container has run so long.</summary>
    public TimeSpan InitialDelay { get; init; }

    /// <summary>From one look that counts to the next.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(PeriodDefault);

    /// <summary>A look that takes longer is a failure.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many successes in a row count as one.</summary>
    public int SuccessThreshold { get; init; } = 1;

    /// <summary>So many failures in a row count as one.</summary>
    public int FailureThreshold { get; init; } = FailureThresholdDefault;

    /// <summary>
    /// The first wait between looks that only count when they succeed, so that what comes up within a moment need not
    /// wait out a period; zero for none.
    /// </summary>
    public TimeSpan EarlyWait { get; init; }

    /// <summary>What a probe of a container says.</summary>
    public static ProbeSettings Of(ProbeKind kind, Probe probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        var successes = Math.Max(1, probe.SuccessThreshold);
        // Several successes in a row are to lie a period apart, and whoever is alive need not hurry to prove it.
        var canBeEarly = successes == 1 && kind != ProbeKind.Liveness;
        return new ProbeSettings(kind)
        {
            InitialDelay = TimeSpan.FromSeconds(Math.Max(0, probe.InitialDelaySeconds)),
            Period = TimeSpan.FromSeconds(probe.PeriodSeconds > 0 ? probe.PeriodSeconds : PeriodDefault),
            Timeout = TimeSpan.FromSeconds(Math.Max(1, probe.TimeoutSeconds)),
            SuccessThreshold = successes,
            FailureThreshold = probe.FailureThreshold > 0 ? probe.FailureThreshold : FailureThresholdDefault,
            EarlyWait = !canBeEarly ? TimeSpan.Zero : probe.Exec is null ? EarlyGap : EarlyGapOfExec,
        };
    }
}
