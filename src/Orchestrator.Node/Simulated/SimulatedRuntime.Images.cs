namespace Orchestrator.Nodes.Simulated;

/// <content>Pulling, listing and removing images, and the disk they fill.</content>
public sealed partial class SimulatedRuntime
{
    // A pull that goes on says so, as a real one does.
    private static readonly TimeSpan PullStep = TimeSpan.FromSeconds(10);

    private long _otherBytes;

    /// <summary>Sees what registries are asked for. Must not call back.</summary>
    public Action<ImagePull>? PullObserver { get; set; }

    /// <inheritdoc/>
    public async Task<RuntimeImage> PullImageAsync(ImagePull pull, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pull);
        PullObserver?.Invoke(pull);
        var behaviour = PullBehaviourOf(pull.Reference);
        await DownloadAsync(behaviour, pull.OnProgress, cancellation);
        lock (_gate)
        {
            ThrowIfOut();
            if (behaviour.PullRefusal is { } refusal) throw new RuntimeRefusedException(404, refusal);
            if (behaviour.PullPassword is { } password && pull.Credential?.Password != password)
            {
                throw new RuntimeRefusedException(
                    500, $"pull access denied for {pull.Reference}: no basic auth credentials");
            }
            return Keep(pull.LocalName);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedImage>> ListImagesAsync(CancellationToken cancellation) =>
        Answer<IReadOnlyList<ListedImage>>(() =>
        {
            var used = _byId.Values.Select(container => ImageId(container.Spec.Image)).ToHashSet();
            return
            [
                .. _images.OrderBy(image => image.Key, StringComparer.Ordinal).Select(image => new ListedImage(
                    image.Value.Id, [image.Key], image.Value.RepoDigest is { } digest ? [digest] : [],
                    image.Value.SizeBytes, used.Contains(image.Value.Id))),
            ];
        }, cancellation);

    /// <inheritdoc/>
    public Task RemoveImageAsync(ListedImage image, CancellationToken cancellation) => Answer(() =>
    {
        ArgumentNullException.ThrowIfNull(image);
        if (_byId.Values.Any(container => ImageId(container.Spec.Image) == image.Id))
        {
            throw new RuntimeRefusedException(409, $"conflict: unable to remove image {image.Id}: a container uses it");
        }
        foreach (var name in _images.Where(one => one.Value.Id == image.Id).Select(one => one.Key).ToList())
            _images.Remove(name);
        return true;
    }, cancellation);

    /// <inheritdoc/>
    public Task<RuntimeDisk?> ReadDiskAsync(CancellationToken cancellation) => Answer(() =>
        _options.DiskBytes <= 0
            ? null
            : new RuntimeDisk(_options.DiskBytes, Math.Max(
                0, _options.DiskBytes - _otherBytes - _images.Values.Sum(image => image.SizeBytes))),
        cancellation);

    /// <summary>So much of the disk is taken by something else than images.</summary>
    public void FillDisk(long bytes)
    {
        lock (_gate)
        {
            _otherBytes = bytes;
        }
    }

    private async Task DownloadAsync(
        SimulatedBehaviour behaviour, Action<PullProgress>? tell, CancellationToken cancellation)
    {
        if (behaviour.PullStalls) await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
        var whole = Varied(behaviour.PullTime, behaviour);
        for (var done = TimeSpan.Zero; done < whole;)
        {
            var step = whole - done < PullStep ? whole - done : PullStep;
            await DelayAsync(step, cancellation);
            done += step;
            tell?.Invoke(new PullProgress((long)(behaviour.ImageBytes * (done / whole)), behaviour.ImageBytes, 0, 1));
        }
        cancellation.ThrowIfCancellationRequested();
    }
}
