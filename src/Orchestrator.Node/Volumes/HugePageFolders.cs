using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// EmptyDirs in pages that are larger than usual: each a file system of its own over the folder of the volume, or,
/// where the machine does not let us mount one, just that folder.
/// </summary>
internal sealed class HugePageFolders
{
    private readonly Dictionary<long, string> _refusals = [];

    /// <summary>Mounts the file system on a folder that was just made.</summary>
    /// <exception cref="VolumeException">The pod does not ask for such pages.</exception>
    public void Mount(PodOnNode facts, Volume volume, string folder)
    {
        var bytes = PageOf(facts.Pod.Spec, volume);
        // Asked once for each size: who may not mount now may not later either.
        if (!_refusals.ContainsKey(bytes) && Posix.MountHugePages(folder, bytes) is { } refusal)
            _refusals[bytes] = refusal;
    }

    /// <summary>Refuses a volume that the pod asks for no pages for.</summary>
    /// <returns>The size of a page.</returns>
    /// <exception cref="VolumeException">It does not.</exception>
    public static long PageOf(PodSpec spec, Volume volume)
    {
        var (bytes, refusal) = HugePageVolumes.PageOf(spec, volume.EmptyDir!.Medium!);
        return refusal is null ? bytes : throw new VolumeException(volume.Name, refusal);
    }

    /// <summary>What the user should know of a volume.</summary>
    public string? WarningOf(PodSpec spec, Volume volume) =>
        HugePageSize.IsMedium(volume.EmptyDir?.Medium)
        && _refusals.GetValueOrDefault(PageOf(spec, volume)) is { } refusal
            ? $"volume \"{volume.Name}\" asks for medium {volume.EmptyDir!.Medium}; this node may not mount huge pages "
                + $"({refusal}), so it is on disk"
            : null;

    /// <summary>Takes the file systems off the folders of a pod.</summary>
    /// <param name="volumes">The folder that holds them.</param>
    public static void Release(string volumes)
    {
        if (!Directory.Exists(volumes)) return;
        foreach (var folder in Directory.EnumerateDirectories(volumes)) Posix.Unmount(folder);
    }
}
