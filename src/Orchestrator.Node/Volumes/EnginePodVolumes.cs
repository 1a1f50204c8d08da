using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// Files of pods whose engine is on another machine: a Docker volume per volume of the pod, and one for the pod's own
/// files, called after the pod's UID. They outlive containers and this process, and go with the pod. One of medium
/// Memory is a file system in memory of its own size, for as long as the engine runs.
/// </summary>
public sealed class EnginePodVolumes(IVolumeStore store) : IPodVolumes
{
    private const string Own = "POD";
    private const string Ready = $"{Own}/ready";
    private const string HostsTarget = "/etc/hosts";
    private const string ResolvTarget = "/etc/resolv.conf";

    // An engine takes no private mount of a directory under its own root.
    private const string Slave = "rslave";

    private const int MessageBytesMax = 4096;
    private const int HeadersBytesMax = 8192;
    private const int Folders = 0b111_101_101;
    private const int Everybody = 0b111_111_111;
    private const int EverybodyReads = 0b110_100_100;
    private const int EverybodyReadsWrites = 0b110_110_110;

    private readonly Dictionary<string, PodFiles> _pods = [];
    private IReadOnlySet<string> _found = new HashSet<string>();

    /// <inheritdoc />
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        _found = await store.PodUidsAsync(cancellation);
        // An engine that was away may have lost what it held.
        foreach (var gone in _pods.Where(pod => !_found.Contains(pod.Key) && pod.Value.Turn.CurrentCount > 0).ToList())
            _pods.Remove(gone.Key);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> PrepareAsync(
        PodOnNode facts, INodeInputs inputs, CancellationToken cancellation)
    {
        var contents = facts.Pod.Spec.Volumes.Where(volume => !IsFinal(facts.Pod, volume)).ToDictionary(
            volume => volume, volume => Checked(facts, volume, inputs));
        return await InTurnAsync(facts.Pod, async files =>
        {
            var warnings = new List<string>();
            await HoldAsync(facts, files, cancellation);
            foreach (var (volume, content) in contents.Where(pair => pair.Key.HostPath is null))
            {
                if (content is not null)
                {
                    await WriteAsync(facts.Pod, files, volume, content, cancellation);
                    if (VolumeContents.IsFinal(facts.Pod, volume, inputs)) files.Final.Add(volume.Name);
                }
                else if (!IsInMemory(volume)) await PrepareEmptyAsync(facts.Pod, files, volume, cancellation);
                if (volume.EmptyDir?.Medium is { Length: > 0 } medium && !IsInMemory(volume))
                {
                    warnings.Add($"volume \"{volume.Name}\" asks for medium {medium}; the engine of this node is on "
                        + "another machine, so it is on disk");
                }
            }
            if (facts.Pod.Spec is { HostNetwork: true, HostAliases.Count: > 0 })
            {
                warnings.Add("hostAliases are left out: a pod on the network of another machine has that machine's "
                    + "/etc/hosts");
            }
            return warnings;
        }, refused => new VolumeException(Own, refused.Message), cancellation);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ContainerMount>> MountsAsync(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation) =>
        InTurnAsync(facts.Pod, async files =>
        {
            MountRules.Check(container);
            await HoldAsync(facts, files, cancellation);
            var mounts = new List<ContainerMount>();
            foreach (var mount in container.VolumeMounts)
                mounts.Add(await MountAsync(facts, files, mount, variables, cancellation));
            var wantsHosts = !facts.Pod.Spec.HostNetwork && mounts.All(mount => mount.Target != HostsTarget);
            if (wantsHosts)
                mounts.Add(new(await WriteHostsAsync(facts, files, cancellation), HostsTarget, false, Slave));
            if (wantsHosts && mounts.All(mount => mount.Target != PodHostname.Target))
            {
                var written = await WriteOwnAsync(
                    facts.Pod, files, PodHostname.FileName, PodHostname.Text(facts.Pod), cancellation);
                mounts.Add(new(written, PodHostname.Target, false, Slave));
            }
            if (mounts.All(mount => mount.Target != ResolvTarget) && ResolvText(facts.Pod.Spec) is { } resolv)
            {
                var written = await WriteOwnAsync(facts.Pod, files, "resolv.conf", resolv, cancellation);
                mounts.Add(new(written, ResolvTarget, false, Slave));
            }
            var lastWords = container.TerminationMessagePath is { Length: > 0 } path ? path : "/dev/termination-log";
            mounts.Add(new(
                await NewMessageFileAsync(facts.Pod.Metadata.Uid!, files, container.Name, attempt, cancellation),
                lastWords, false, Slave));
            return (IReadOnlyList<ContainerMount>)mounts;
        }, refused => new ContainerConfigException(refused.Message), cancellation);

    /// <inheritdoc />
    public async Task<string> ReadTerminationMessageAsync(
        string podUid, string container, int attempt, CancellationToken cancellation)
    {
        try
        {
            var archive = await store.ReadAsync(
                podUid, MessageFile(container, attempt), MessageBytesMax + HeadersBytesMax, cancellation);
            return archive is null ? "" : Encoding.UTF8.GetString(VolumeArchive.FirstFile(archive, MessageBytesMax));
        }
        catch (RuntimeRefusedException refused)
        {
            return $"(termination message not readable: {refused.Message})";
        }
    }

    /// <inheritdoc />
    public bool FollowsObjects => true;

    /// <inheritdoc />
    public IReadOnlyCollection<string> PodUids => [.. _found.Order(StringComparer.Ordinal)];

    /// <inheritdoc />
    public bool HasAny(string podUid) => _pods.ContainsKey(podUid) || _found.Contains(podUid);

    /// <inheritdoc />
    public async Task RemoveAsync(string podUid, CancellationToken cancellation)
    {
        await store.RemoveAsync(podUid, cancellation);
        _pods.Remove(podUid);
        _found = _found.Where(uid => uid != podUid).ToHashSet();
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<(string PodUid, string Volume), long>> MeasureAsync(
        IReadOnlyList<Pod> pods, CancellationToken cancellation)
    {
        var sizes = await store.SizesAsync(cancellation);
        var bytes = new Dictionary<(string, string), long>();
        foreach (var (pod, volume) in LocalStorage.Counted(pods))
        {
            // One in memory has its bound, and cannot hold more.
            if (IsInMemory(volume)) bytes[(pod.Metadata.Uid!, volume.Name)] = 0;
            else if (sizes.TryGetValue(NameOf(pod.Metadata.Uid!, volume.Name), out var held))
                bytes[(pod.Metadata.Uid!, volume.Name)] = held;
        }
        return bytes;
    }

    private bool IsFinal(Pod pod, Volume volume) =>
        _pods.GetValueOrDefault(pod.Metadata.Uid!)?.Final.Contains(volume.Name) == true;

    // The files it shall hold, null when it holds none of ours.
    private static IReadOnlyList<VolumeFile>? Checked(PodOnNode facts, Volume volume, INodeInputs inputs)
    {
        if (volume.HostPath is { } host)
        {
            return host.Type is "DirectoryOrCreate" or "FileOrCreate"
                ? throw new VolumeException(volume.Name,
                    $"hostPath type {host.Type} cannot be made on a remote engine: create {host.Path} there and leave the "
                    + "type out")
                : null;
        }
        MemoryFolders.RefuseOthers(volume);
        if (facts.Kept.ContainsKey(volume.Name)) return null;
        if (VolumeContents.Of(facts, volume, inputs) is { } files) return files;
        return volume.EmptyDir is null && volume != new Volume { Name = volume.Name }
            ? throw new VolumeException(volume.Name, "this sort of volume is not supported on a remote engine; use "
                + "emptyDir, hostPath, configMap, secret, downwardAPI or projected")
            : null;
    }

    // Preparing and mounting of one pod take turns; what the engine refuses is told as the caller's sort of error.
    private async Task<T> InTurnAsync<T>(
        Pod pod, Func<PodFiles, Task<T>> work, Func<RuntimeRefusedException, Exception> refuse,
        CancellationToken cancellation)
    {
        var uid = pod.Metadata.Uid!;
        if (!_pods.TryGetValue(uid, out var files)) _pods[uid] = files = new PodFiles();
        await files.Turn.WaitAsync(cancellation);
        try
        {
            return await work(files);
        }
        catch (RuntimeRefusedException refused)
        {
            // What is thought to be there may have been taken away by somebody else: look again next time.
            files.Forget();
            throw refuse(refused);
        }
        finally
        {
            files.Turn.Release();
        }
    }

    private async Task HoldAsync(PodOnNode facts, PodFiles files, CancellationToken cancellation)
    {
        if (files.IsHeld) return;
        var pod = facts.Pod;
        var uid = pod.Metadata.Uid!;
        var calls = pod.Spec.Volumes.Where(volume => volume.HostPath is null).Select(volume => volume.Name).Append(Own);
        var names = calls.ToDictionary(called => called, called => NameOf(facts, called));
        var inMemory = pod.Spec.Volumes.Where(IsInMemory).ToDictionary(volume => volume.Name);
        foreach (var (called, name) in names)
        {
            if (facts.Kept.ContainsKey(called))
            {
                // Without the pod's labels, for it does not go with the pod.
                files.Paths[called] = await store.CreateAsync(name, Map<string>.Empty, null, cancellation);
                continue;
            }
            files.Paths[called] = await store.CreateAsync(name, new Dictionary<string, string>
            {
                [ContainerLabels.PodUid] = uid,
                [ContainerLabels.PodName] = pod.Metadata.Name ?? "",
                [ContainerLabels.PodNamespace] = pod.Metadata.Namespace ?? "",
            }, inMemory.TryGetValue(called, out var volume) ? MemoryOf(facts, volume) : null, cancellation);
        }
        if (inMemory.Count > 0)
        {
            await store.KeepMountedAsync(
                uid, inMemory.Keys.ToDictionary(called => called, called => names[called]), cancellation);
        }
        await store.HoldAsync(uid, names, cancellation);
        files.IsHeld = true;
    }

    private static bool IsInMemory(Volume volume) => volume.EmptyDir?.Medium == "Memory";

    private static MemoryVolume MemoryOf(PodOnNode facts, Volume volume)
    {
        var group = facts.Pod.Spec.SecurityContext?.FsGroup;
        return new(
            EmptyDirSizes.InMemory(facts.Pod.Spec, volume, facts.Allocatable.GetValueOrDefault("memory")),
            ModeFor(group), group);
    }

    private static int ModeFor(long? group) =>
        group is null ? Everybody : Everybody | (int)UnixFileMode.SetGroup;

    private async Task WriteAsync(
        Pod pod, PodFiles files, Volume volume, IReadOnlyList<VolumeFile> content, CancellationToken cancellation)
    {
        var group = pod.Spec.SecurityContext?.FsGroup;
        var digest = AtomicDirectory.Digest(content, group);
        if (files.Written.GetValueOrDefault(volume.Name) == digest) return;
        var uid = pod.Metadata.Uid!;
        await StoredDirectory.WriteAsync(
            store, uid, volume.Name, NameOf(uid, volume.Name), content, group, cancellation);
        files.Written[volume.Name] = digest;
    }

    // Once only: what containers have done to the folder since is theirs.
    private async Task PrepareEmptyAsync(Pod pod, PodFiles files, Volume volume, CancellationToken cancellation)
    {
        if (files.Written.ContainsKey(volume.Name)) return;
        var (uid, group) = (pod.Metadata.Uid!, pod.Spec.SecurityContext?.FsGroup);
        if (await store.FindAsync(uid, $"{Ready}/{volume.Name}", cancellation) is null)
        {
            using var archive = new VolumeArchive();
            archive.Folder(volume.Name, ModeFor(group), group).Folder(Ready, Folders)
                .File($"{Ready}/{volume.Name}", [], EverybodyReads);
            await store.AddAsync(uid, archive.ToArray(), cancellation);
        }
        files.Written[volume.Name] = "";
    }

    private async Task<ContainerMount> MountAsync(
        PodOnNode facts, PodFiles files, VolumeMount mount, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation)
    {
        var pod = facts.Pod;
        var volume = pod.Spec.Volumes.FirstOrDefault(volume => volume.Name == mount.Name)
            ?? throw new ContainerConfigException($"cannot find volume \"{mount.Name}\" to mount into the container");
        var subPath = SubPaths.Of(mount, variables);
        var propagation = mount.MountPropagation switch
        {
            "HostToContainer" => Slave,
            "Bidirectional" => "rshared",
            _ => null,
        };
        if (volume.HostPath is { } host)
        {
            return subPath.Length == 0
                ? new(host.Path, mount.MountPath, mount.ReadOnly, propagation)
                : throw new ContainerConfigException(
                    $"failed to prepare subPath: \"{subPath}\" of a hostPath cannot be "
                    + "checked on a remote engine: write the whole path into the volume");
        }
        var isReadOnly = mount.ReadOnly || volume.ConfigMap is not null || volume.Secret is not null
            || volume.DownwardAPI is not null || volume.Projected is not null;
        if (subPath.Length == 0 && propagation is null)
        {
            return new(NameOf(facts, volume.Name), mount.MountPath, isReadOnly) { IsVolume = true };
        }
        // Only a directory of the engine's machine can be mounted in part.
        var inside = await StoredSubPaths.ResolveAsync(
            store, pod.Metadata.Uid!, volume.Name, subPath, cancellation);
        return new(files.Paths[volume.Name] + inside, mount.MountPath, isReadOnly, propagation ?? Slave);
    }

    private Task<string> WriteHostsAsync(PodOnNode facts, PodFiles files, CancellationToken cancellation) =>
        WriteOwnAsync(facts.Pod, files, "etc-hosts", HostsFile.Text(facts, ""), cancellation);

    // The servers of a machine that we do not see cannot be added to: without any of the pod's own its file stands.
    private static string? ResolvText(PodSpec spec) =>
        ResolvConf.Text(spec, "") is { } text && (spec.DnsPolicy == "None" || spec.DnsConfig!.Nameservers.Count > 0)
            ? text
            : null;

    private async Task<string> WriteOwnAsync(
        Pod pod, PodFiles files, string name, string text, CancellationToken cancellation)
    {
        var path = $"{Own}/{name}";
        if (files.Written.GetValueOrDefault(path) != text)
        {
            using var archive = new VolumeArchive();
            archive.File(path, Encoding.UTF8.GetBytes(text), EverybodyReads);
            await store.AddAsync(pod.Metadata.Uid!, archive.ToArray(), cancellation);
            files.Written[path] = text;
        }
        return $"{files.Paths[Own]}/{name}";
    }

    private async Task<string> NewMessageFileAsync(
        string uid, PodFiles files, string container, int attempt, CancellationToken cancellation)
    {
        var path = MessageFile(container, attempt);
        if (await store.FindAsync(uid, path, cancellation) is null)
        {
            using var archive = new VolumeArchive();
            archive.Folder($"{Own}/containers", Folders).Folder($"{Own}/containers/{container}", Folders)
                .File(path, [], EverybodyReadsWrites);
            await store.AddAsync(uid, archive.ToArray(), cancellation);
        }
        return files.Paths[Own] + path[Own.Length..];
    }

    private static string MessageFile(string container, int attempt) => $"{Own}/containers/{container}/{attempt}";

    private static string NameOf(PodOnNode facts, string called) =>
        facts.Kept.GetValueOrDefault(called) ?? NameOf(facts.Pod.Metadata.Uid!, called);

    private static string NameOf(string uid, string called) => $"k8s_{called}_{uid}";

    /// <summary>What is known to be in the store for one pod.</summary>
    private sealed class PodFiles
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public bool IsHeld { get; set; }

        public Dictionary<string, string> Paths { get; } = [];

        public Dictionary<string, string> Written { get; } = [];

        /// <summary>Volumes made of immutable objects only.</summary>
        public HashSet<string> Final { get; } = [];

        public void Forget()
        {
            IsHeld = false;
            Written.Clear();
            Final.Clear();
        }
    }
}
