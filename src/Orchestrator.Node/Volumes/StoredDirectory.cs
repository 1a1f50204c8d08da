namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// What <see cref="AtomicDirectory"/> is on this machine, in a volume of a remote engine: new files are added beside
/// the old, <c>..data</c> changes over in one step, then what is stale goes.
/// </summary>
internal static class StoredDirectory
{
    private const string Current = "..data";
    private const string Next = "..data_tmp";
    private const int FolderMode = 0b111_101_101;
    private const int ListingBytesMax = 64 * 1024 * 1024;

    /// <summary>Brings the volume to hold exactly these files; does nothing when it does already.</summary>
    /// <param name="called">What the volume is called under the root.</param>
    /// <param name="volume">Its name in the store.</param>
    public static async Task WriteAsync(
        IVolumeStore store, string podUid, string called, string volume, IReadOnlyList<VolumeFile> files, long? group,
        CancellationToken cancellation)
    {
        var folder = $"..{AtomicDirectory.Digest(files, group)}";
        var link = await store.FindAsync(podUid, $"{called}/{Current}", cancellation);
        if (link is null)
        {
            await store.AddAsync(podUid, Archive(called, folder, files, group, Current), cancellation);
            return;
        }
        if (link.LinkTarget == $"{IVolumeStore.Root}/{called}/{folder}") return;
        var listing = await store.ReadAsync(podUid, called, ListingBytesMax, cancellation);
        await store.AddAsync(podUid, Archive(called, folder, files, group, Next), cancellation);
        List<VolumeChange> changes =
        [
            new VolumeChange.Rename($"{called}/{Next}", $"{called}/{Current}"),
            .. Stale(called, folder, files, listing is null ? [] : VolumeArchive.List(listing)),
        ];
        await store.ChangeAsync(podUid, called, volume, changes, cancellation);
    }

    private static byte[] Archive(
        string called, string folder, IReadOnlyList<VolumeFile> files, long? group, string link)
    {
        using var archive = new VolumeArchive();
        archive.Folder(called, FolderMode).Folder($"{called}/{folder}", FolderMode);
        var folders = files.SelectMany(file => Parents(file.Path)).Distinct().Order(StringComparer.Ordinal);
        foreach (var parent in folders) archive.Folder($"{called}/{folder}/{parent}", FolderMode);
        foreach (var file in files)
        {
            if (file.Path.StartsWith('/') || file.Path.Split('/').Any(part => part is "" or "." or ".."))
            {
                throw new VolumeException(called, $"path \"{file.Path}\" leads out of the volume");
            }
            var mode = group is null ? file.Mode : file.Mode | (int)UnixFileMode.GroupRead;
            archive.File($"{called}/{folder}/{file.Path}", file.Content, mode, group, file.Owner);
        }
        archive.Link($"{called}/{link}", folder);
        foreach (var name in Names(files)) archive.Link($"{called}/{name}", $"{Current}/{name}");
        return archive.ToArray();
    }

    // Deepest first, so that folders are empty when their turn comes.
    private static IEnumerable<VolumeChange> Stale(
        string called, string folder, IReadOnlyList<VolumeFile> files, List<(string Path, bool IsFolder)> entries)
    {
        var kept = Names(files).Append(Current).Append(Next).Append(folder).ToHashSet();
        return entries
            .Where(entry => entry.Path.StartsWith(called + "/", StringComparison.Ordinal)
                && !kept.Contains(entry.Path.Split('/')[1]))
            .OrderByDescending(entry => entry.Path.Count(letter => letter == '/'))
            .ThenBy(entry => entry.Path, StringComparer.Ordinal)
            .Select(entry => (VolumeChange)(entry.IsFolder
                ? new VolumeChange.RemoveFolder(entry.Path)
                : new VolumeChange.RemoveFile(entry.Path)));
    }

    private static IEnumerable<string> Names(IReadOnlyList<VolumeFile> files) =>
        files.Select(file => file.Path.Split('/')[0]).Distinct();

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
    }
}
