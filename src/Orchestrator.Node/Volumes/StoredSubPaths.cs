using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>What <see cref="SubPaths"/> is on this machine, in a volume of a remote engine.</summary>
internal static class StoredSubPaths
{
    private const int PartsMax = 64;

    /// <summary>
    /// The real path from the volume's root, with a slash before it: the engine tells of every link on the way where it
    /// ends, and a link that leaves the volume is refused. What does not exist is made a directory.
    /// </summary>
    /// <exception cref="ContainerConfigException">The path leads out of the volume.</exception>
    public static async Task<string> ResolveAsync(
        IVolumeStore store, string podUid, string called, string subPath, CancellationToken cancellation)
    {
        var parts = subPath.Split('/').Where(part => part is not ("" or ".")).ToList();
        if (parts.Contains("..") || parts.Count > PartsMax) throw Leads(subPath);
        var (root, path) = ($"{IVolumeStore.Root}/{called}", "");
        foreach (var part in parts)
        {
            path = $"{path}/{part}";
            if (await store.FindAsync(podUid, called + path, cancellation) is not { } entry)
            {
                using var archive = new VolumeArchive();
                archive.Folder(called + path, 0b111_101_101);
                await store.AddAsync(podUid, archive.ToArray(), cancellation);
                continue;
            }
            if (entry.LinkTarget is not { } target) continue;
            if (target != root && !target.StartsWith(root + "/", StringComparison.Ordinal)) throw Leads(subPath);
            path = target[root.Length..];
        }
        return path;
    }

    private static ContainerConfigException Leads(string subPath) =>
        new($"failed to prepare subPath: \"{subPath}\" leads out of its volume");
}
