namespace Orchestrator.Nodes.Docker;

/// <summary>The engine's counters → what a container uses.</summary>
internal static class UsageMapping
{
    private const long NanosecondsPerTick = 100;

    /// <summary>What the counters say; null when the container does not run: the engine then answers zeros.</summary>
    public static ContainerUsage? FromEngine(ContainerStats stats)
    {
        if (stats.Cpu?.Usage is not { TotalNanoseconds: > 0 } cpu || stats.Memory is not { } memory) return null;
        if (memory.UsageBytes <= 0 && stats.Networks is not { Count: > 0 }) return null;
        var workingSet = WorkingSet(memory);
        // A single measurement leaves the earlier one zero.
        var earlier = stats.EarlierCpu?.Usage is { TotalNanoseconds: > 0 } before && stats.EarlierRead < stats.Read
            ? new ContainerUsage(stats.EarlierRead, Time(before), workingSet) : null;
        return new ContainerUsage(stats.Read, Time(cpu), workingSet)
        {
            Earlier = earlier,
            MemoryUsageBytes = memory.UsageBytes,
            MemoryRssBytes = Part(memory, "total_rss", "anon"),
            PageFaults = Part(memory, "total_pgfault", "pgfault"),
            MajorPageFaults = Part(memory, "total_pgmajfault", "pgmajfault"),
            ProcessCount = stats.Pids?.Current ?? 0,
            Interfaces = (stats.Networks ?? []).ToDictionary(pair => pair.Key, pair => new InterfaceUsage(
                pair.Value.RxBytes, pair.Value.RxErrors, pair.Value.TxBytes, pair.Value.TxErrors)),
        };
    }

    // Pages of files that nobody has used for long can be had back at once.
    private static long WorkingSet(MemoryStats memory) =>
        Math.Max(0, memory.UsageBytes - Part(memory, "total_inactive_file", "inactive_file"));

    // The two generations of control groups count under different names.
    private static long Part(MemoryStats memory, string first, string second)
    {
        var parts = memory.Parts ?? [];
        return parts.TryGetValue(first, out var found) ? found : parts.GetValueOrDefault(second);
    }

    private static TimeSpan Time(CpuUsage usage) => TimeSpan.FromTicks(usage.TotalNanoseconds / NanosecondsPerTick);
}
