namespace Orchestrator.Fault.Tests.Faults;

/// <summary>Which faults a round makes, in which order and to whom: all from one seed.</summary>
public static class FaultSchedule
{
    private static readonly TimeSpan BriefPause = TimeSpan.FromSeconds(2), LongPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(8);

    /// <summary>The given kinds, shuffled, each with a victim.</summary>
    public static IReadOnlyList<FaultStep> Of(int seed, int silos, params FaultKind[] kinds)
    {
        var random = new Random(seed);
        var order = kinds.ToArray();
        random.Shuffle(order);
        return [.. order.Select(kind => Of(kind, random, silos))];
    }

    private static FaultStep Of(FaultKind kind, Random random, int silos)
    {
        var victim = random.Next(silos);
        var other = (victim + 1 + random.Next(silos - 1)) % silos;
        var lasts = kind switch
        {
            FaultKind.PauseBriefly => BriefPause,
            FaultKind.PauseLong => LongPause,
            FaultKind.CutSilos => Cut,
            _ => TimeSpan.Zero,
        };
        // A little chance in the rest, so that faults meet the others' timers at ever new moments.
        return new(kind, victim, other, lasts, TimeSpan.FromMilliseconds(random.Next(2_000, 4_000)));
    }
}
