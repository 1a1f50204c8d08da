using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>
/// The size of pages that are larger than usual, which resources and media carry in their names:
/// <c>hugepages-2Mi</c>, <c>HugePages-2Mi</c>.
/// </summary>
public static class HugePageSize
{
    private const string ResourcePrefix = "hugepages-";
    private const string MediumPrefix = "HugePages-";

    /// <summary>The medium of a volume in pages of the one size that the pod asks for.</summary>
    public const string AnyMedium = "HugePages";

    /// <summary>Amounts of that resource are pages of one size.</summary>
    public static bool IsResource(string name) => name.StartsWith(ResourcePrefix, StringComparison.Ordinal);

    /// <summary>Volumes of that medium are in such pages.</summary>
    public static bool IsMedium(string? medium) =>
        medium == AnyMedium || medium?.StartsWith(MediumPrefix, StringComparison.Ordinal) == true;

    /// <summary>The bytes of a page that a resource is counted in; 0 when it names none.</summary>
    public static long OfResource(string name) => IsResource(name) ? Parse(name[ResourcePrefix.Length..]) : 0;

    /// <summary>The amount is so many whole pages.</summary>
    public static bool IsWhole(string resource, Quantity amount) =>
        OfResource(resource) is > 0 and var page && amount.Value % page == 0;

    /// <summary>The bytes of a page that a medium names; 0 when it names none.</summary>
    public static long OfMedium(string medium) =>
        medium.StartsWith(MediumPrefix, StringComparison.Ordinal) ? Parse(medium[MediumPrefix.Length..]) : 0;

    /// <summary>The resource that pages of a size are: 2097152 → <c>hugepages-2Mi</c>.</summary>
    public static string ResourceOf(long pageBytes) => $"{ResourcePrefix}{Quantity.FromBytes(pageBytes)}";

    /// <summary>A container asks for such pages, or the pod as a whole.</summary>
    public static bool IsAnyOf(PodSpec spec) => Asking(spec).Any(resources =>
        resources.Requests.Keys.Any(IsResource) || resources.Limits.Keys.Any(IsResource));

    /// <summary>The sizes of page that the pod asks for.</summary>
    public static IReadOnlyList<long> AskedBy(PodSpec spec) =>
        [.. Asking(spec).SelectMany(resources => resources.Requests.Keys).Select(OfResource).Where(size => size > 0)
            .Distinct().Order()];

    private static IEnumerable<ResourceRequirements> Asking(PodSpec spec) =>
        spec.Containers.Concat(spec.InitContainers).Select(container => container.Resources).Append(spec.Resources)
            .OfType<ResourceRequirements>();

    private static long Parse(string size) => Quantity.TryParse(size, out var bytes) ? bytes.Value : 0;
}
