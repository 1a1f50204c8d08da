using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What a node has to give, and what its other pods have been promised of it.</summary>
/// <param name="CpuMilli">Thousandths of a processor in all.</param>
/// <param name="MemoryBytes">Memory in all.</param>
/// <param name="TakenCpuMilli">Promised to others.</param>
/// <param name="TakenMemoryBytes">Promised to others.</param>
public sealed record NodeSpace(long CpuMilli, long MemoryBytes, long TakenCpuMilli, long TakenMemoryBytes)
{
    /// <summary>A node of unknown size refuses nothing.</summary>
    public static NodeSpace Unknown { get; } = new(long.MaxValue, long.MaxValue, 0, 0);

    /// <summary>
    /// Why a pod that grew to this spec would not fit: never (<c>Infeasible</c>) or not now (<c>Deferred</c>), in the
    /// kubelet's words; null when it fits. Only what grows is asked about.
    /// </summary>
    public (string Reason, string Message)? WhyNot(PodSpec wanted, PodSpec promised)
    {
        var (next, before) = (PodResources.Requests(wanted), PodResources.Requests(promised));
        var (cpu, memory) = (next.GetValueOrDefault("cpu").MilliValue, next.GetValueOrDefault("memory").Value);
        if (memory > MemoryBytes)
            return Never($"memory, requested: {memory}, capacity: {MemoryBytes}");
        if (cpu > CpuMilli)
            return Never($"cpu, requested: {cpu}, capacity: {CpuMilli}");
        if (cpu > before.GetValueOrDefault("cpu").MilliValue && cpu > CpuMilli - TakenCpuMilli)
            return NotNow($"cpu, requested: {cpu}, used: {TakenCpuMilli}, capacity: {CpuMilli}");
        return memory > before.GetValueOrDefault("memory").Value && memory > MemoryBytes - TakenMemoryBytes
            ? NotNow($"memory, requested: {memory}, used: {TakenMemoryBytes}, capacity: {MemoryBytes}")
            : null;
    }

    private static (string, string) Never(string what) =>
        (PodReservation.Infeasible, $"Node didn't have enough capacity: {what}");

    private static (string, string) NotNow(string what) =>
        (PodReservation.Deferred, $"Node didn't have enough resource: {what}");
}
