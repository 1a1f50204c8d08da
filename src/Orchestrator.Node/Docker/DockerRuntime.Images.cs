using Orchestrator.Nodes.Images;

namespace Orchestrator.Nodes.Docker;

/// <content>Pulling, listing and removing images, and the disk they are on.</content>
public sealed partial class DockerRuntime
{
    private string? _rootDirectory;

    /// <inheritdoc/>
    public async Task<RuntimeImage> PullImageAsync(ImagePull pull, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pull);
        var asked = ImageReference.Parse(pull.Reference);
        await _client.PullAsync(asked, new PullTally(pull.OnProgress), cancellation, pull);
        // The engine gives no second name to a digest; by its content it is found anyway.
        if (pull.KeepAs is { } name && RepositoryName.Of(name).Digest is null)
            await _client.TagImageAsync(pull.Reference, ImageReference.Parse(name), cancellation);
        return await FindImageAsync(pull.LocalName, cancellation)
            ?? throw new RuntimeRefusedException(
                404, $"image {pull.LocalName} was pulled but is gone again: free some disk space");
    }

    /// <inheritdoc/>
    public async Task<RuntimeImage?> FindImageAsync(string reference, CancellationToken cancellation)
    {
        var image = await _client.FindImageAsync(reference, cancellation);
        var known = image is null ? await KnownNameAsync(reference, cancellation) : null;
        if (known is not null) image = await _client.FindImageAsync(known, cancellation);
        if (image is null) return null;
        var name = ImageReference.Parse(reference).Name;
        var digests = image.RepoDigests ?? [];
        return new RuntimeImage(
            image.Id,
            digests.FirstOrDefault(digest => ImageReference.Parse(digest).Name == name)
                ?? (digests.Count > 0 ? digests[0] : null),
            string.IsNullOrEmpty(image.Config?.User) ? null : image.Config.User, image.Size)
        {
            KnownAs = known,
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedImage>> ListImagesAsync(CancellationToken cancellation)
    {
        var images = await _client.ListImagesAsync(cancellation);
        // All containers of the engine, for an image that somebody else uses is in use.
        var used = (await _client.ListAsync(null, cancellation)).Select(container => container.ImageId).ToHashSet();
        return [.. images.Select(image => new ListedImage(
            image.Id, Named(image.RepoTags), Named(image.RepoDigests), image.Size, used.Contains(image.Id)))];
    }

    /// <inheritdoc/>
    public async Task RemoveImageAsync(ListedImage image, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        // By its id the engine removes only an image with a single name.
        foreach (var name in image.Tags.Concat(image.Digests).Append(image.Id))
            await _client.RemoveImageAsync(name, cancellation);
    }

    /// <inheritdoc/>
    public async Task<RuntimeDisk?> ReadDiskAsync(CancellationToken cancellation)
    {
        if (await FindRootDirectoryAsync(cancellation) is not { } root) return null;
        var drive = new DriveInfo(root);
        return new RuntimeDisk(drive.TotalSize, drive.AvailableFreeSpace);
    }

    // Where the engine keeps its files; null when they cannot be seen from here.
    private async Task<string?> FindRootDirectoryAsync(CancellationToken cancellation)
    {
        if (_endpoint.IsRemote) return null;
        _rootDirectory ??= (await _client.InfoAsync(cancellation)).DockerRootDir ?? "";
        // An engine in a container of its own keeps them where nobody else sees them.
        return _rootDirectory.Length > 0 && Directory.Exists(_rootDirectory) ? _rootDirectory : null;
    }

    // The same content under another name, such as that of a mirror.
    private async Task<string?> KnownNameAsync(string reference, CancellationToken cancellation)
    {
        if (!reference.Contains('@', StringComparison.Ordinal)) return null;
        var digest = RepositoryName.Of(reference).Digest;
        return (await _client.ListImagesAsync(cancellation)).SelectMany(image => Named(image.RepoDigests))
            .FirstOrDefault(name => name.EndsWith($"@{digest}", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Named(IReadOnlyList<string>? names) =>
        [.. (names ?? []).Where(name => !name.Contains("<none>", StringComparison.Ordinal))];
}
