using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What the engine is told of a container's share of the machine, and what it can be told anew.</summary>
/// <param name="CpuShares">Relative weight, 2–262144.</param>
/// <param name="CpuQuotaMicros">Microseconds of processor time per 100 ms; 0 is no limit.</param>
/// <param name="MemoryBytes">Memory limit; 0 is none.</param>
public sealed record ContainerLimits(long CpuShares, long CpuQuotaMicros, long MemoryBytes)
{
    private const long SharesMin = 2;
    private const long SharesMax = 262_144;
    private const long SharesPerCpu = 1024;
    private const long MilliPerCpu = 1000;
    private const long QuotaMicrosPerMilli = 100;
    private const long QuotaMicrosMin = 1_000;

    /// <summary>What follows from the requests and limits of a container: 500m → 512 shares. What it does not limit
    /// itself, its pod may limit as a whole.</summary>
    public static ContainerLimits Of(PodSpec spec, Container container) => new(
        SharesOf(OomScore.Request(container, "cpu")), QuotaOf(Limit(spec, container, "cpu")),
        Limit(spec, container, "memory").Value);

    /// <summary>The weight of so much that is asked for.</summary>
    public static long SharesOf(Quantity cpu) =>
        Math.Clamp(cpu.MilliValue * SharesPerCpu / MilliPerCpu, SharesMin, SharesMax);

    /// <summary>The processor time of a limit; 0 for none.</summary>
    public static long QuotaOf(Quantity cpu) =>
        cpu.MilliValue > 0 ? Math.Max(cpu.MilliValue * QuotaMicrosPerMilli, QuotaMicrosMin) : 0;

    /// <summary>
    /// The resources of a container as the engine gives them. What was promised stands where the engine's numbers mean
    /// the same, for they are coarser.
    /// </summary>
    public ResourceRequirements Over(PodSpec spec, Container promised)
    {
        var (meant, resources) = (Of(spec, promised), promised.Resources ?? new ResourceRequirements());
        var (requests, limits) = (Copy(resources.Requests), Copy(resources.Limits));
        if (CpuShares != meant.CpuShares && requests.ContainsKey("cpu"))
            requests["cpu"] = Quantity.FromMilli((CpuShares * MilliPerCpu + SharesPerCpu - 1) / SharesPerCpu);
        if (CpuQuotaMicros != meant.CpuQuotaMicros)
            Put(limits, "cpu", CpuQuotaMicros, Quantity.FromMilli(CpuQuotaMicros / QuotaMicrosPerMilli));
        if (MemoryBytes != meant.MemoryBytes) Put(limits, "memory", MemoryBytes, Quantity.FromBytes(MemoryBytes));
        return resources with { Requests = requests, Limits = limits };
    }

    private static Dictionary<string, Quantity> Copy(IReadOnlyDictionary<string, Quantity> amounts) =>
        new(amounts, StringComparer.Ordinal);

    private static void Put(Dictionary<string, Quantity> limits, string name, long given, Quantity amount)
    {
        if (given > 0) limits[name] = amount;
        else limits.Remove(name);
    }

    private static Quantity Limit(PodSpec spec, Container container, string resource) =>
        container.Resources?.Limits.TryGetValue(resource, out var own) == true ? own
        : spec.Resources?.Limits.GetValueOrDefault(resource) ?? Quantity.Zero;
}
