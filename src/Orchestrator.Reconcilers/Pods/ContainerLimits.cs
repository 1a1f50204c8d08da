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

    /// <summary>What follows from the requests and limits of a container: 500m → 512 shares.</summary>
    public static ContainerLimits Of(Container container)
    {
        var quota = Limit(container, "cpu").MilliValue * QuotaMicrosPerMilli;
        return new ContainerLimits(
            Math.Clamp(
                OomScore.Request(container, "cpu").MilliValue * SharesPerCpu / MilliPerCpu, SharesMin, SharesMax),
            quota > 0 ? Math.Max(quota, QuotaMicrosMin) : 0, Limit(container, "memory").Value);
    }

    /// <summary>
    /// The resources of a container as the engine gives them. What was promised stands where the engine's numbers mean
    /// the same, for they are coarser.
    /// </summary>
    public ResourceRequirements Over(Container promised)
    {
        var (meant, resources) = (Of(promised), promised.Resources ?? new ResourceRequirements());
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

    private static Quantity Limit(Container container, string resource) =>
        container.Resources is { } resources ? resources.Limits.GetValueOrDefault(resource) : Quantity.Zero;
}
