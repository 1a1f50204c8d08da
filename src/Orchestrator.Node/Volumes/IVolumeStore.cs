namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// Volumes that an engine on another machine keeps. Files come and go through a holder: a container that mounts all
/// volumes of a pod under <see cref="Root"/> and never runs. Those in memory have one more, which does nothing but run.
/// </summary>
public interface IVolumeStore
{
    /// <summary>Where a holder has its volumes, each under its own name.</summary>
    const string Root = "/v";

    /// <summary>Makes a volume, if it is not there, and returns its directory on the engine's machine.</summary>
    /// <param name="memory">How it is made in memory; null makes it on disk.</param>
    Task<string> CreateAsync(
        string name, IReadOnlyDictionary<string, string> labels, MemoryVolume? memory, CancellationToken cancellation);

    /// <summary>UIDs of the pods of this node that have volumes.</summary>
    Task<IReadOnlySet<string>> PodUidsAsync(CancellationToken cancellation);

    /// <summary>Bytes in volumes, by their names. Expensive: the engine counts all files that it has.</summary>
    Task<IReadOnlyDictionary<string, long>> SizesAsync(CancellationToken cancellation);

    /// <summary>Makes the holder of a pod, if it is not there.</summary>
    /// <param name="volumes">What it is called under the root → name of the volume.</param>
    Task HoldAsync(string podUid, IReadOnlyDictionary<string, string> volumes, CancellationToken cancellation);

    /// <summary>Keeps volumes of a pod in memory mounted, so that they keep what is in them.</summary>
    /// <param name="volumes">As of <see cref="HoldAsync"/>.</param>
    Task KeepMountedAsync(string podUid, IReadOnlyDictionary<string, string> volumes, CancellationToken cancellation);

    /// <summary>Removes what holds the volumes of a pod, and all of them.</summary>
    Task RemoveAsync(string podUid, CancellationToken cancellation);

    /// <summary>Removes one volume by its name, with all it holds; nothing happens when it is gone.</summary>
    Task DropAsync(string name, CancellationToken cancellation);

    /// <summary>Unpacks an archive at the root; files that are there are replaced.</summary>
    Task AddAsync(string podUid, byte[] archive, CancellationToken cancellation);

    /// <summary>What is at a path under the root, or null when nothing is.</summary>
    Task<VolumeEntry?> FindAsync(string podUid, string path, CancellationToken cancellation);

    /// <summary>The beginning of an archive of a path under the root, or null when nothing is there.</summary>
    Task<byte[]?> ReadAsync(string podUid, string path, int bytesMax, CancellationToken cancellation);

    /// <summary>Changes names, in order; those that are gone already are passed over.</summary>
    Task ChangeAsync(
        string podUid, string called, string volume, IReadOnlyList<VolumeChange> changes,
        CancellationToken cancellation);
}
