using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// Adds what pods claim to the volumes that are theirs alone: <c>volumes/&lt;handle&gt;</c> under the data directory,
/// or a volume of the engine where it is on another machine. They stay when the pod goes.
/// </summary>
/// <param name="inner">The volumes of the pods themselves.</param>
/// <param name="dataDirectory">The node's directory on this machine; null when its engine is elsewhere.</param>
/// <param name="store">The volumes of an engine elsewhere; null where containers are simulated.</param>
/// <param name="inputs">Claims and volumes.</param>
internal sealed class ClaimedPodVolumes(
    IPodVolumes inner, string? dataDirectory, IVolumeStore? store, INodeInputs inputs) : IPodVolumes
{
    private const int Everybody = 0b111_111_111;
    private readonly string? _directory =
        dataDirectory is null ? null : Path.GetFullPath(Path.Combine(dataDirectory, "volumes"));
    private readonly Dictionary<string, HashSet<string>> _owned = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> PrepareAsync(
        PodOnNode facts, INodeInputs from, CancellationToken cancellation)
    {
        var claimed = ClaimedVolume.Of(facts, from);
        foreach (var volume in claimed) await MakeAsync(facts.Pod, volume, cancellation);
        return await inner.PrepareAsync(Resolved(facts, claimed), from, cancellation);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ContainerMount>> MountsAsync(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation)
    {
        try
        {
            var claimed = ClaimedVolume.Of(facts, inputs);
            var readOnly = claimed.Where(volume => volume.IsReadOnly).Select(volume => volume.Name).ToHashSet();
            var mounting = readOnly.Count == 0 ? container : container with
            {
                VolumeMounts = [.. container.VolumeMounts.Select(
                    mount => readOnly.Contains(mount.Name) ? mount with { ReadOnly = true } : mount)],
            };
            return inner.MountsAsync(Resolved(facts, claimed), mounting, attempt, variables, cancellation);
        }
        catch (VolumeException missing)
        {
            throw new ContainerConfigException(missing.Message);
        }
    }

    /// <inheritdoc />
    public Task<string> ReadTerminationMessageAsync(
        string podUid, string container, int attempt, CancellationToken cancellation) =>
        inner.ReadTerminationMessageAsync(podUid, container, attempt, cancellation);

    /// <inheritdoc />
    public Task RefreshAsync(CancellationToken cancellation) => inner.RefreshAsync(cancellation);

    /// <inheritdoc />
    public IReadOnlyCollection<string> PodUids => inner.PodUids;

    /// <inheritdoc />
    public bool HasAny(string podUid) => inner.HasAny(podUid);

    /// <inheritdoc />
    public Task RemoveAsync(string podUid, CancellationToken cancellation)
    {
        _owned.Remove(podUid);
        return inner.RemoveAsync(podUid, cancellation);
    }

    /// <inheritdoc />
    public bool FollowsObjects => inner.FollowsObjects;

    /// <inheritdoc />
    public Task<IReadOnlyDictionary<(string PodUid, string Volume), long>> MeasureAsync(
        IReadOnlyList<Pod> pods, CancellationToken cancellation) => inner.MeasureAsync(pods, cancellation);

    /// <summary>Removes all that a volume of ours holds.</summary>
    public async Task EraseAsync(string handle, CancellationToken cancellation)
    {
        if (_directory is not null)
        {
            var path = Path.Combine(_directory, handle);
            if (Directory.Exists(path)) await HostPodVolumes.RemoveTreeAsync(path, cancellation);
        }
        else if (store is not null)
        {
            await store.DropAsync(NameInEngine(handle), cancellation);
        }
    }

    private static string NameInEngine(string handle) => $"k8s_{handle}";

    // A volume of ours on this machine is a directory like one of the machine's own; one of an engine goes by its name.
    private PodOnNode Resolved(PodOnNode facts, IReadOnlyList<ClaimedVolume> claimed)
    {
        if (claimed.Count == 0) return facts;
        var paths = claimed.Select(volume => (volume.Name, Path: PathOf(volume)))
            .Where(volume => volume.Path is not null).ToDictionary(volume => volume.Name, volume => volume.Path);
        var volumes = facts.Pod.Spec.Volumes.Select(volume => paths.TryGetValue(volume.Name, out var path)
            ? new Volume { Name = volume.Name, HostPath = path }
            : volume);
        return facts with
        {
            Pod = facts.Pod with { Spec = facts.Pod.Spec with { Volumes = [.. volumes] } },
            Kept = claimed.Where(volume => !paths.ContainsKey(volume.Name))
                .ToDictionary(volume => volume.Name, volume => NameInEngine(volume.Handle!)),
        };
    }

    private HostPathVolumeSource? PathOf(ClaimedVolume volume) => volume switch
    {
        { Handle: null } => volume.Path,
        { Handle: { } handle } when _directory is not null => new() { Path = Path.Combine(_directory, handle) },
        _ => null,
    };

    private async Task MakeAsync(Pod pod, ClaimedVolume volume, CancellationToken cancellation)
    {
        try
        {
            if (_directory is not null) await MakeAsync(pod, volume, PathOf(volume)!.Path, cancellation);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new VolumeException(volume.Volume.Metadata.Name!, refused.Message);
        }
    }

    private async Task MakeAsync(Pod pod, ClaimedVolume volume, string path, CancellationToken cancellation)
    {
        if (volume.Volume.Spec.HostPath is not null) return;
        if (!Directory.Exists(path))
        {
            if (volume.Handle is null)
                throw new VolumeException(volume.Volume.Metadata.Name!, $"path \"{path}\" does not exist");
            Directory.CreateDirectory(path);
            Posix.ChangeMode(path, Everybody);
        }
        if (pod.Spec.SecurityContext is not { FsGroup: { } group } security || volume.IsReadOnly) return;
        // Once for each pod, as the reference: what other pods wrote is this one's to read as well.
        var uid = pod.Metadata.Uid ?? "";
        if (!_owned.TryGetValue(uid, out var done)) _owned[uid] = done = new(StringComparer.Ordinal);
        if (done.Contains(volume.Name)) return;
        await GroupOwnership.ApplyAsync(
            path, group, security.FsGroupChangePolicy, isReadOnly: false, cancellation);
        done.Add(volume.Name);
    }
}
