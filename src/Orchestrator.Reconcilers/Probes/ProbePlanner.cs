namespace Orchestrator.Reconcilers.Probes;

/// <summary>Counts the looks of one probe and decides when the next one is. Reads only its arguments.</summary>
public static class ProbePlanner
{
    /// <summary>The count after one more look.</summary>
    public static ProbeCount Count(
        ProbeSettings settings, ProbeCount before, ProbeOutcome outcome, bool isEarly, string text = "")
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(before);
        if (isEarly) before = before with { EarlyLooks = before.EarlyLooks + 1 };
        if (outcome == ProbeOutcome.Unknown || (isEarly && outcome == ProbeOutcome.Failure)) return before;
        var inARow = before.Last == outcome ? before.InARow + 1 : 1;
        var needed = outcome == ProbeOutcome.Success ? settings.SuccessThreshold : settings.FailureThreshold;
        var counted = before with
        {
            Last = outcome,
            InARow = inARow,
            Failure = outcome == ProbeOutcome.Failure ? text : before.Failure,
        };
        return inARow < needed ? counted : counted with
        {
            Result = outcome,
            HasPassed = before.HasPassed || outcome == ProbeOutcome.Success,
        };
    }

    /// <summary>
    /// The first look at a container that has run for <paramref name="age"/>: as soon as it may, or, for one that was
    /// adopted and is not waited for, when it would have come had nobody been away.
    /// </summary>
    public static ProbeLook? First(ProbeSettings settings, ProbeCount count, TimeSpan age, bool isAdopted)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(count);
        if (IsOver(settings, count)) return null;
        if (age < settings.InitialDelay) return new ProbeLook(settings.InitialDelay, false);
        var isWaitedFor = settings.EarlyWait > TimeSpan.Zero && !count.HasPassed;
        return isAdopted && !isWaitedFor ? new ProbeLook(NextTick(settings, age), false) : new ProbeLook(age, false);
    }

    /// <summary>The look after one that ended when the container had run for <paramref name="age"/>.</summary>
    /// <returns>Null when nothing more is to be learned from this attempt.</returns>
    public static ProbeLook? Next(ProbeSettings settings, ProbeCount count, TimeSpan age)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(count);
        if (IsOver(settings, count)) return null;
        var tick = NextTick(settings, age);
        if (settings.EarlyWait <= TimeSpan.Zero || count.HasPassed) return new ProbeLook(tick, false);
        // 0.1, 0.2, 0.4 … seconds: of the first ten seconds six looks are early, later hardly any.
        var early = age + settings.EarlyWait * Math.Pow(2, Math.Min(count.EarlyLooks, 30));
        return early < tick ? new ProbeLook(early, true) : new ProbeLook(tick, false);
    }

    // What has come up need not come up again, and what is to be killed is left alone while it dies.
    private static bool IsOver(ProbeSettings settings, ProbeCount count) => settings.Kind switch
    {
        ProbeKind.Startup => count.Result != ProbeOutcome.Unknown,
        ProbeKind.Liveness => count.Result == ProbeOutcome.Failure,
        _ => false,
    };

    private static TimeSpan NextTick(ProbeSettings settings, TimeSpan age)
    {
        var since = age - settings.InitialDelay;
        if (since < TimeSpan.Zero) return settings.InitialDelay;
        return settings.InitialDelay + settings.Period * (Math.Floor(since / settings.Period) + 1);
    }
}
