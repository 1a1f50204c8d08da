namespace Orchestrator.Nodes;

/// <summary>What a container has used up to a moment, and uses at it.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="CpuTime">Processor time since it was started, of all processors.</param>
/// <param name="MemoryBytes">Memory that cannot be taken from it: its working set.</param>
public sealed record ContainerUsage(DateTimeOffset At, TimeSpan CpuTime, long MemoryBytes)
{
    /// <summary>Memory it holds, what can be taken from it included.</summary>
    public long MemoryUsageBytes { get; init; }

    /// <summary>Memory of its processes that no file stands behind.</summary>
    public long MemoryRssBytes { get; init; }

    /// <summary>Pages it touched that were not in place.</summary>
    public long PageFaults { get; init; }

    /// <summary>Those of them that had to be read from a disk.</summary>
    public long MajorPageFaults { get; init; }

    /// <summary>Its processes and threads.</summary>
    public long ProcessCount { get; init; }

    /// <summary>What went over each of its network interfaces; none for a container in another's network.</summary>
    public IReadOnlyDictionary<string, InterfaceUsage> Interfaces { get; init; } =
        new Dictionary<string, InterfaceUsage>();

    /// <summary>The same, a moment before; only when it was asked for.</summary>
    public ContainerUsage? Earlier { get; init; }
}

/// <summary>What went over a network interface, and what did not get through.</summary>
public sealed record InterfaceUsage(long ReceivedBytes, long ReceiveErrors, long SentBytes, long SendErrors);
