using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Metrics;

/// <summary>What a container uses: processors over a span of time, and memory at its end.</summary>
/// <param name="At">The end of the span.</param>
/// <param name="Window">The span.</param>
/// <param name="NanoCores">Billionths of a processor.</param>
/// <param name="MemoryBytes">Its working set.</param>
/// <param name="CpuTime">Processor time since its start.</param>
internal sealed record UsageRate(
    DateTimeOffset At, TimeSpan Window, long NanoCores, long MemoryBytes, TimeSpan CpuTime)
{
    /// <summary>All that was measured at its end.</summary>
    public required ContainerUsage Measured { get; init; }

    /// <summary>A rate over a longer span says little of now.</summary>
    public static readonly TimeSpan WindowMax = TimeSpan.FromMinutes(2);

    // Starts are known to the second, so that a short span from the start would be wrong by much.
    private static readonly TimeSpan SinceStartMin = TimeSpan.FromSeconds(15);

    /// <summary>Whether the next measurement must be a double one, for there is nothing to reckon it from.</summary>
    public static bool NeedsEarlier(ContainerUsage? last, DateTimeOffset? startedAt, DateTimeOffset now) =>
        !(last is not null && IsUsable(now - last.At, TimeSpan.Zero))
        && !(startedAt is { } start && IsUsable(now - start, SinceStartMin));

    /// <summary>
    /// The rate between two measurements: the last one before, the earlier half of a double one, or the start, when
    /// nothing was used yet. Null when none of them tells.
    /// </summary>
    public static UsageRate? Between(ContainerUsage? last, ContainerUsage now, DateTimeOffset? startedAt)
    {
        // A container that was started anew counts from zero again.
        if (last is not null && last.CpuTime <= now.CpuTime && IsUsable(now.At - last.At, TimeSpan.Zero))
            return Between(last.At, last.CpuTime, now);
        if (now.Earlier is { } earlier && earlier.CpuTime <= now.CpuTime && earlier.At < now.At)
            return Between(earlier.At, earlier.CpuTime, now);
        return startedAt is { } start && IsUsable(now.At - start, SinceStartMin)
            ? Between(start, TimeSpan.Zero, now)
            : null;
    }

    private static bool IsUsable(TimeSpan window, TimeSpan min) =>
        window > TimeSpan.Zero && window >= min && window <= WindowMax;

    private static UsageRate Between(DateTimeOffset start, TimeSpan used, ContainerUsage now)
    {
        var window = now.At - start;
        var nanoCores = (long)((now.CpuTime - used) / window * 1e9);
        return new(now.At, window, nanoCores, now.MemoryBytes, now.CpuTime) { Measured = now };
    }
}
