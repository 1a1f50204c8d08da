using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What the containers of a pod may have of the machine together.</summary>
/// <param name="CpuShares">Relative weight, 2–262144: what the pod asks for.</param>
/// <param name="CpuQuotaMicros">Microseconds of processor time per 100 ms; 0 is no limit.</param>
/// <param name="MemoryBytes">Memory limit; 0 is none.</param>
/// <param name="PidsMax">Processes at a time; 0 is no limit.</param>
/// <param name="HugePages">Limits of pages that are larger than usual, by the size of a page.</param>
public sealed record PodBounds(
    long CpuShares, long CpuQuotaMicros, long MemoryBytes, long PidsMax, IReadOnlyList<HugePageBound> HugePages)
{
    /// <summary>Something is limited: else there is nothing to hold the containers together for.</summary>
    public bool IsAny => CpuQuotaMicros > 0 || MemoryBytes > 0 || PidsMax > 0 || HugePages.Count > 0;

    /// <summary>What follows from a pod and from the node's own limit of processes.</summary>
    public static PodBounds Of(PodSpec spec, long pidsMax)
    {
        var limits = spec.Resources?.Limits ?? Map<Quantity>.Empty;
        return new PodBounds(
            ContainerLimits.SharesOf(PodResources.Requests(spec).GetValueOrDefault("cpu")),
            ContainerLimits.QuotaOf(limits.GetValueOrDefault("cpu")), limits.GetValueOrDefault("memory").Value,
            pidsMax, HugePagesOf(spec));
    }

    private static List<HugePageBound> HugePagesOf(PodSpec spec) => !HugePageSize.IsAnyOf(spec) ? [] :
        [.. PodResources.Limits(spec).Select(limit => (Size: HugePageSize.OfResource(limit.Key), limit.Value))
            .Where(limit => limit.Size > 0).OrderBy(limit => limit.Size)
            .Select(limit => new HugePageBound(limit.Size, limit.Value.Value))];
}
