using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Images;

namespace Orchestrator.Nodes.Housekeeping;

/// <summary>
/// Looks at the images of a node now and then: tells the cluster which there are, and removes what the settings say. An
/// image that no registry has is never removed, for nobody could bring it back.
/// </summary>
internal sealed class ImageKeeper(NodeEngine engine, Action<IReadOnlyList<ContainerImage>> tell)
{
    private readonly DateTimeOffset _began = engine.Time.GetUtcNow();
    private IReadOnlyList<ImageRecord>? _records;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private bool _hasFailed;

    /// <summary>Looks, when it is time or a pull has brought something new.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        var now = engine.Time.GetUtcNow();
        var isDue = now - _lookedAt >= engine.Options.Images.LookPeriod;
        if (!isDue && !engine.Images.HasNew) return;
        engine.Images.HasNew = false;
        var images = await engine.Runtime.ListImagesAsync(cancellation);
        _records = ImageRecord.After(_records, images.Select(Sight), now);
        tell(NodeImages.Of(images, engine.Options.Images.ListedMax));
        if (!isDue) return;
        _lookedAt = now;
        await CollectAsync(images, now, cancellation);
    }

    private ImageSight Sight(ListedImage image) => new(image.Id, image.SizeBytes, image.IsUsed,
        image.Digests.Count == 0 || image.Tags.Contains(engine.InfraImage));

    private async Task CollectAsync(
        IReadOnlyList<ListedImage> images, DateTimeOffset now, CancellationToken cancellation)
    {
        var limits = engine.Options.Images.Limits;
        if (limits.IsOff) return;
        var disk = await engine.Runtime.ReadDiskAsync(cancellation);
        var sight = disk is null ? null : new DiskSight(disk.CapacityBytes, disk.AvailableBytes);
        var plan = ImageGc.Plan(_records!, sight, limits, _began, now);
        if (await FollowAsync(plan, images, cancellation) is not { } trouble)
        {
            _hasFailed = false;
            return;
        }
        engine.Logger.LogWarning("Images of node {Node} could not be removed as they should: {Why}",
            engine.Options.NodeName, trouble);
        // Once may be chance; the kubelet tells of it from the second time on.
        if (_hasFailed) NodeEvents.Warn(engine, "ImageGCFailed", trouble);
        _hasFailed = true;
    }

    // Null when all went as planned.
    private async Task<string?> FollowAsync(
        ImageGcPlan plan, IReadOnlyList<ListedImage> images, CancellationToken cancellation)
    {
        if (plan.Aged.Count == 0 && plan.BytesWanted == 0) return null;
        if (!await engine.Reports.MayActAsync(isDestructive: true)) return null;
        var errors = new List<string>();
        foreach (var aged in plan.Aged) await RemoveAsync(aged, images, errors, cancellation);
        var freed = 0L;
        foreach (var removal in plan.ForRoom)
        {
            if (freed >= plan.BytesWanted) break;
            if (await RemoveAsync(removal, images, errors, cancellation)) freed += removal.SizeBytes;
        }
        if (errors.Count > 0)
        {
            return $"wanted to free {plan.BytesWanted} bytes, but freed {freed} bytes space with errors in image "
                + $"deletion: [{string.Join(", ", errors)}]";
        }
        if (freed >= plan.BytesWanted) return null;
        var message = "Failed to garbage collect required amount of images. "
            + $"Attempted to free {plan.BytesWanted} bytes, but only found {freed} bytes eligible to free.";
        NodeEvents.Warn(engine, "FreeDiskSpaceFailed", message);
        return message;
    }

    private async Task<bool> RemoveAsync(
        ImageRemoval removal, IReadOnlyList<ListedImage> images, List<string> errors, CancellationToken cancellation)
    {
        var image = images.First(one => one.Id == removal.Id);
        try
        {
            await engine.Runtime.RemoveImageAsync(image, cancellation);
            engine.Logger.LogInformation("Image {Image} ({Bytes} bytes) of node {Node} was removed: {Why}",
                image.Tags.Concat(image.Digests).FirstOrDefault() ?? image.Id, image.SizeBytes,
                engine.Options.NodeName, removal.Why);
            _records = [.. _records!.Where(record => record.Id != removal.Id)];
            return true;
        }
        catch (RuntimeRefusedException refused)
        {
            errors.Add(refused.Message);
            return false;
        }
    }
}
