namespace Orchestrator.Nodes.Docker;

/// <summary>The engine's counters → what a container uses.</summary>
internal static class UsageMapping
{
    private const long NanosecondsPerTick = 100;

    /// <summary>What the counters say; null when the container does not run: the engine then answers zeros.</summary>
    public static ContainerUsage? FromEngine(ContainerStats stats)
    {
        if (stats.Cpu?.Usage is not { TotalNanoseconds: > 0 } cpu || stats.Memory is not { UsageBytes: > 0 } memory)
            return null;
        var workingSet = WorkingSet(memory);
        // A single measurement leaves the earlier one zero.
        var earlier = stats.EarlierCpu?.Usage is { TotalNanoseconds: > 0 } before && stats.EarlierRead < stats.Read
            ? new ContainerUsage(stats.EarlierRead, Time(before), workingSet) : null;
        return new ContainerUsage(stats.Read, Time(cpu), workingSet) { Earlier = earlier };
    }

    // Pages of files that nobody has used for long can be had back at once; the two generations of control groups
    // count them under different names.
    private static long WorkingSet(MemoryStats memory)
    {
        var parts = memory.Parts ?? [];
        var inactive = parts.TryGetValue("total_inactive_file", out var first) ? first
            : parts.GetValueOrDefault("inactive_file");
        return Math.Max(0, memory.UsageBytes - inactive);
    }

    private static TimeSpan Time(CpuUsage usage) => TimeSpan.FromTicks(usage.TotalNanoseconds / NanosecondsPerTick);
}
