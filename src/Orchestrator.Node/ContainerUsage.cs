namespace Orchestrator.Nodes;

/// <summary>What a container has used up to a moment, and uses at it.</summary>
/// <param name="At">When it was measured.</param>
/// <param name="CpuTime">Processor time since it was started, of all processors.</param>
/// <param name="MemoryBytes">Memory that cannot be taken from it: its working set.</param>
public sealed record ContainerUsage(DateTimeOffset At, TimeSpan CpuTime, long MemoryBytes)
{
    /// <summary>The same, a moment before; only when it was asked for.</summary>
    public ContainerUsage? Earlier { get; init; }
}
