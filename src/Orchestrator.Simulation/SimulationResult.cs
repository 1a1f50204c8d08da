namespace Orchestrator.Simulations;

/// <summary>What a simulation came to.</summary>
public sealed record SimulationResult
{
    /// <summary>The seed it ran from.</summary>
    public required int Seed { get; init; }

    /// <summary>What must never happen and did; null when all held.</summary>
    public string? Violation { get; init; }

    /// <summary>The stack of an error that ended the run; null for a violated invariant.</summary>
    public string? Trace { get; init; }

    /// <summary>Virtual time passed.</summary>
    public required TimeSpan VirtualTime { get; init; }

    /// <summary>
    /// Pods bound per second of real time, from the first to the last; 0 when there was no such span.
    /// </summary>
    public required double PlacedPerSecond { get; init; }

    /// <summary>Turns run.</summary>
    public required long Turns { get; init; }

    /// <summary>Revisions committed.</summary>
    public required long Revisions { get; init; }

    /// <summary>The longest it took until all was settled, once nothing went wrong any more.</summary>
    public required TimeSpan LongestSettling { get; init; }

    /// <summary>Whatever else was counted, ordered by name.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>Hash of the event log: equal for equal options.</summary>
    public required string LogHash { get; init; }

    /// <summary>The last lines of the event log.</summary>
    public required IReadOnlyList<string> LastLines { get; init; }
}
