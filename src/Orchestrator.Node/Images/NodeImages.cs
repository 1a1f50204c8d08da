using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Images;

/// <summary>The images that a node tells the cluster of: the biggest first, each by a few of its names.</summary>
public static class NodeImages
{
    private const int NamesMax = 5;

    /// <summary>What stands in <c>status.images</c>.</summary>
    /// <param name="images">All of them.</param>
    /// <param name="max">So many are told.</param>
    public static IReadOnlyList<ContainerImage> Of(IEnumerable<ListedImage> images, int max)
    {
        ArgumentNullException.ThrowIfNull(images);
        return
        [
            .. images.Where(image => image.Tags.Count + image.Digests.Count > 0)
                .OrderByDescending(image => image.SizeBytes).ThenBy(image => image.Id, StringComparer.Ordinal)
                .Take(max)
                .Select(image => new ContainerImage
                {
                    Names = [.. image.Digests.Concat(image.Tags).Take(NamesMax)],
                    SizeBytes = image.SizeBytes,
                }),
        ];
    }
}
