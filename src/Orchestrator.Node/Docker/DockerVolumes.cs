using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Volumes of one node in its engine. Holders are made of an image of ours and carry a label of their own, so that they
/// are never taken for containers of a pod.
/// </summary>
/// <param name="client">The way to the engine.</param>
/// <param name="nodeLabel">Cluster and node.</param>
/// <param name="ensureInfra">Loads the image whose program only waits, and names it.</param>
internal sealed class DockerVolumes(
    DockerClient client, string nodeLabel, Func<CancellationToken, Task<string>> ensureInfra) : IVolumeStore
{
    private const string Label = "io.orchestrator.volumes";
    private volatile InfraImage? _image;

    public async Task<string> CreateAsync(
        string name, IReadOnlyDictionary<string, string> labels, MemoryVolume? memory, CancellationToken cancellation)
    {
        var volume = new CreateVolume
        {
            Name = name,
            Labels = new Dictionary<string, string>(labels) { [ContainerLabels.Node] = nodeLabel },
            DriverOpts = memory is null ? null : OptionsOf(memory),
        };
        return (await client.CreateVolumeAsync(volume, cancellation)).Mountpoint;
    }

    public async Task<IReadOnlySet<string>> PodUidsAsync(CancellationToken cancellation)
    {
        var volumes = await client.ListVolumesAsync([$"{ContainerLabels.Node}={nodeLabel}"], cancellation);
        return volumes.Select(volume => volume.Labels?.GetValueOrDefault(ContainerLabels.PodUid) ?? "").ToHashSet();
    }

    public async Task<IReadOnlyDictionary<string, long>> SizesAsync(CancellationToken cancellation) =>
        (await client.ListVolumeSizesAsync(cancellation)).Where(volume => volume.UsageData is { Size: >= 0 })
            .ToDictionary(volume => volume.Name, volume => volume.UsageData!.Size);

    public async Task HoldAsync(
        string podUid, IReadOnlyDictionary<string, string> volumes, CancellationToken cancellation)
    {
        var holder = ContainerOf(await EnsureImageAsync(cancellation), podUid, volumes, []);
        await CreateOrFindAsync(HolderOf(podUid), holder, cancellation);
    }

    // It comes back with the engine and with the machine; all that is in memory was lost by then, as are the processes.
    public async Task KeepMountedAsync(
        string podUid, IReadOnlyDictionary<string, string> volumes, CancellationToken cancellation)
    {
        var holder = ContainerOf(await ensureInfra(cancellation), podUid, volumes, []);
        var name = $"k8s_MEMORY_{podUid}";
        await CreateOrFindAsync(name,
            holder with { HostConfig = holder.HostConfig with { RestartPolicy = new("always") } }, cancellation);
        await client.StartAsync(name, cancellation);
    }

    public async Task RemoveAsync(string podUid, CancellationToken cancellation)
    {
        foreach (var holder in await client.ListAsync($"{Label}={nodeLabel}", cancellation))
        {
            if (holder.Labels?.GetValueOrDefault(ContainerLabels.PodUid) == podUid)
                await client.RemoveAsync(holder.Id, cancellation);
        }
        string[] labels = [$"{ContainerLabels.Node}={nodeLabel}", $"{ContainerLabels.PodUid}={podUid}"];
        foreach (var volume in await client.ListVolumesAsync(labels, cancellation))
            await client.RemoveVolumeAsync(volume.Name, cancellation);
    }

    public Task DropAsync(string name, CancellationToken cancellation) =>
        client.RemoveVolumeAsync(name, cancellation);

    public Task AddAsync(string podUid, byte[] archive, CancellationToken cancellation) =>
        client.PutArchiveAsync(HolderOf(podUid), IVolumeStore.Root, archive, cancellation);

    public async Task<VolumeEntry?> FindAsync(string podUid, string path, CancellationToken cancellation) =>
        await client.FindPathAsync(HolderOf(podUid), Under(path), cancellation) is { } found
            ? new VolumeEntry(string.IsNullOrEmpty(found.LinkTarget) ? null : found.LinkTarget)
            : null;

    public Task<byte[]?> ReadAsync(string podUid, string path, int bytesMax, CancellationToken cancellation) =>
        client.GetArchiveAsync(HolderOf(podUid), Under(path), bytesMax, cancellation);

    public async Task ChangeAsync(
        string podUid, string called, string volume, IReadOnlyList<VolumeChange> changes,
        CancellationToken cancellation)
    {
        var container = ContainerOf(await EnsureImageAsync(cancellation),
            podUid, new Dictionary<string, string> { [called] = volume }, [.. changes.SelectMany(Words)]);
        var id = await client.CreateAsync(null, container, cancellation);
        try
        {
            await client.StartAsync(id, cancellation);
            await client.WaitAsync(id, "not-running", client.Options.CallTimeout, cancellation);
            var ended = await client.InspectAsync(id, cancellation);
            if (ended is not { State.ExitCode: 0 })
            {
                throw new RuntimeRefusedException(500,
                    $"names in the volume {volume} could not be changed (error {ended?.State.ExitCode})");
            }
        }
        finally
        {
            await client.RemoveAsync(id, CancellationToken.None);
        }
    }

    private async Task CreateOrFindAsync(string name, CreateContainer container, CancellationToken cancellation)
    {
        try
        {
            await client.CreateAsync(name, container, cancellation);
        }
        catch (RuntimeRefusedException refused) when (refused.Code == 409)
        {
            if (await client.InspectAsync(name, cancellation) is null) throw;
        }
    }

    private CreateContainer ContainerOf(
        string image, string podUid, IReadOnlyDictionary<string, string> volumes, IReadOnlyList<string> words) => new()
        {
            Image = image,
            Cmd = words,
            Labels = new Dictionary<string, string> { [Label] = nodeLabel, [ContainerLabels.PodUid] = podUid },
            HostConfig = new HostConfig
            {
                NetworkMode = "none",
                Mounts = [.. volumes.Select(volume => new MountConfig
                {
                    Type = "volume",
                    Source = volume.Value,
                    Target = Under(volume.Key),
                    VolumeOptions = new VolumeConfig { NoCopy = true },
                })],
            },
        };

    private async Task<string> EnsureImageAsync(CancellationToken cancellation)
    {
        _image ??= InfraImage.ForVolumes(
            ContainerMapping.Architecture((await client.VersionAsync(cancellation)).Arch));
        if (await client.FindImageAsync(_image.Reference, cancellation) is null)
            await client.LoadImageAsync(_image.Archive, cancellation);
        return _image.Reference;
    }

    private static Dictionary<string, string> OptionsOf(MemoryVolume memory)
    {
        List<string> options = [$"mode={Convert.ToString(memory.Mode, 8)}"];
        if (memory.Bytes > 0) options.Add($"size={memory.Bytes}");
        if (memory.Group is { } group) options.Add($"gid={group}");
        return new() { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = string.Join(',', options) };
    }

    private static string[] Words(VolumeChange change) => change switch
    {
        VolumeChange.Rename rename => [VolumeBinary.Rename, Under(rename.Path), Under(rename.To)],
        VolumeChange.RemoveFile file => [VolumeBinary.RemoveFile, Under(file.Path), "-"],
        VolumeChange.RemoveFolder folder => [VolumeBinary.RemoveFolder, Under(folder.Path), "-"],
        _ => throw new InvalidOperationException($"no way to do {change}"),
    };

    private static string HolderOf(string podUid) => $"k8s_VOLUMES_{podUid}";

    private static string Under(string path) => $"{IVolumeStore.Root}/{path}";
}
