using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>In pages of which size an emptyDir of huge pages is.</summary>
public static class HugePageVolumes
{
    /// <summary>
    /// The bytes of a page, or why there are none, in the reference's words: a volume of a size that the pod does not
    /// ask for could never be filled.
    /// </summary>
    public static (long PageBytes, string? Refusal) PageOf(PodSpec spec, string medium)
    {
        var asked = HugePageSize.AskedBy(spec);
        if (medium == HugePageSize.AnyMedium && asked.Count > 1)
            return (0, $"medium: {medium} can't be used if container requests multiple huge page sizes");
        var named = HugePageSize.OfMedium(medium);
        var size = asked.FirstOrDefault(one => medium == HugePageSize.AnyMedium || one == named);
        return size > 0
            ? (size, null)
            : (0, $"medium {medium}: hugePages storage requested, but there is no resource request for huge pages");
    }
}
