using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// Where emptyDirs of medium Memory are: each a file system in memory of its own size, or, where the machine does not
/// let us mount one, a folder of a file system in memory that all of them share.
/// </summary>
internal sealed class MemoryFolders(string? root)
{
    private bool _isMountRefused;

    /// <summary>The folder of all pods; null where there is none in memory.</summary>
    public string? Root { get; } = root is null ? null : Path.GetFullPath(root);

    /// <summary>Refuses a medium that is neither the disk nor memory of any sort.</summary>
    /// <exception cref="VolumeException">It names another.</exception>
    public static void RefuseOthers(Volume volume)
    {
        if (volume.EmptyDir?.Medium is null or "" or "Memory" || HugePageSize.IsMedium(volume.EmptyDir.Medium)) return;
        throw new VolumeException(volume.Name, $"medium {volume.EmptyDir.Medium} is not supported by this node; use "
            + "Memory, HugePages, HugePages-2Mi or the like, or leave the medium out");
    }

    /// <summary>The folder of a pod; null where there is none in memory.</summary>
    public string? RootOf(string podUid) => Root is null ? null : Path.Combine(Root, podUid);

    /// <summary>The folder of a volume; null when it is on disk.</summary>
    public string? FolderOf(string podUid, Volume volume) =>
        volume.EmptyDir?.Medium == "Memory" && RootOf(podUid) is { } pod ? Path.Combine(pod, volume.Name) : null;

    /// <summary>Makes a file system of the right size on a folder that was just made.</summary>
    public void Bound(PodOnNode facts, Volume volume, string folder)
    {
        if (_isMountRefused) return;
        var bytes = EmptyDirSizes.InMemory(facts.Pod.Spec, volume, facts.Allocatable.GetValueOrDefault("memory"));
        // Asked once: who may not mount now may not later either.
        _isMountRefused = Posix.MountMemory(folder, bytes) is not null;
    }

    /// <summary>What the user should know of a volume.</summary>
    public string? WarningOf(Volume volume)
    {
        if (volume.EmptyDir?.Medium != "Memory") return null;
        if (Root is null)
        {
            return $"volume \"{volume.Name}\" asks for medium Memory; this node has no memory directory, so it is on "
                + "disk";
        }
        return _isMountRefused
            ? $"volume \"{volume.Name}\" is in memory, but this node may not mount a file system of its own size for "
                + "it: a sizeLimit is watched, and nothing else bounds it"
            : null;
    }

    /// <summary>Takes the file systems of a pod away.</summary>
    public void Release(string podUid)
    {
        if (RootOf(podUid) is not { } pod || !Directory.Exists(pod)) return;
        foreach (var folder in Directory.EnumerateDirectories(pod)) Posix.Unmount(folder);
    }
}
