using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// Files of pods in directories of the machine the engine runs on: <c>pods/&lt;uid&gt;/volumes/&lt;name&gt;</c> under
/// the data directory. They outlive containers and this process, and go with the pod.
/// </summary>
public sealed class HostPodVolumes(string dataDirectory, string? memoryDirectory) : IPodVolumes
{
    private const string HostsTarget = "/etc/hosts";
    private const string ResolvTarget = "/etc/resolv.conf";
    private const int MessageBytesMax = 4096;
    private const int YieldEvery = 64;
    private const int Everybody = 0b111_111_111;
    private const int OwnerAndGroup = 0b111_101_000;
    private const int EverybodyReads = 0b110_100_100;
    private const int EverybodyReadsWrites = 0b110_110_110;

    private readonly string _pods = Path.GetFullPath(Path.Combine(dataDirectory, "pods"));
    private readonly MemoryFolders _memory = new(memoryDirectory);
    private readonly HugePageFolders _hugePages = new();
    private readonly HashSet<string> _final = [];

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> PrepareAsync(
        PodOnNode facts, INodeInputs inputs, CancellationToken cancellation) =>
        Task.FromResult(Prepare(facts, inputs));

    /// <inheritdoc />
    public Task<IReadOnlyList<ContainerMount>> MountsAsync(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables,
        CancellationToken cancellation) => Task.FromResult(Mounts(facts, container, attempt, variables));

    /// <inheritdoc />
    public Task<string> ReadTerminationMessageAsync(
        string podUid, string container, int attempt, CancellationToken cancellation) =>
        Task.FromResult(ReadTerminationMessage(podUid, container, attempt));

    /// <inheritdoc />
    public Task RefreshAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>As <see cref="PrepareAsync"/>: the disk of this machine is not waited for.</summary>
    public IReadOnlyList<string> Prepare(PodOnNode facts, INodeInputs inputs)
    {
        var warnings = new List<string>();
        foreach (var volume in facts.Pod.Spec.Volumes)
        {
            try
            {
                MakePrivate(_pods);
                if (PrepareOne(facts, volume, inputs) is { } warning) warnings.Add(warning);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                throw new VolumeException(volume.Name, refused.Message);
            }
        }
        return warnings;
    }

    /// <summary>As <see cref="MountsAsync"/>.</summary>
    public IReadOnlyList<ContainerMount> Mounts(
        PodOnNode facts, Container container, int attempt, IReadOnlyDictionary<string, string> variables)
    {
        MountRules.Check(container);
        var mounts = container.VolumeMounts.Select(mount => Mount(facts, mount, variables)).ToList();
        if (mounts.All(mount => mount.Target != HostsTarget)) mounts.Add(new(WriteHosts(facts), HostsTarget, false));
        var wantsName = !facts.Pod.Spec.HostNetwork && mounts.All(mount => mount.Target != PodHostname.Target);
        if (wantsName) mounts.Add(new(WriteHostname(facts), PodHostname.Target, false));
        if (mounts.All(mount => mount.Target != ResolvTarget) && ResolvText(facts) is { } resolv)
            mounts.Add(new(WriteResolv(facts, resolv), ResolvTarget, false));
        mounts.Add(new(
            NewMessageFile(facts.Pod.Metadata.Uid!, container.Name, attempt),
            container.TerminationMessagePath is { Length: > 0 } path ? path : "/dev/termination-log", false));
        return mounts;
    }

    /// <summary>As <see cref="ReadTerminationMessageAsync"/>.</summary>
    public string ReadTerminationMessage(string podUid, string container, int attempt)
    {
        var path = MessageFile(podUid, container, attempt);
        if (!File.Exists(path)) return "";
        using var file = File.OpenRead(path);
        if (file.Length > MessageBytesMax) file.Seek(-MessageBytesMax, SeekOrigin.End);
        var bytes = new byte[MessageBytesMax];
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, MessageBytesMax, throwOnEndOfStream: false));
    }

    /// <inheritdoc />
    public bool FollowsObjects => true;

    /// <inheritdoc />
    public IReadOnlyCollection<string> PodUids => Directory.Exists(_pods)
        ? [.. new DirectoryInfo(_pods).EnumerateDirectories().Select(pod => pod.Name).Order(StringComparer.Ordinal)]
        : [];

    /// <inheritdoc />
    public bool HasAny(string podUid) => Roots(podUid).Any(Directory.Exists);

    /// <inheritdoc />
    public async Task RemoveAsync(string podUid, CancellationToken cancellation)
    {
        _memory.Release(podUid);
        HugePageFolders.Release(Path.Combine(Root(podUid), "volumes"));
        _final.RemoveWhere(folder => folder.StartsWith(Root(podUid) + "/", StringComparison.Ordinal));
        // The one by which what is left after a crash is found goes last; the other may be shared by several nodes.
        foreach (var root in Roots(podUid).Reverse().Where(Directory.Exists))
            await RemoveTreeAsync(root, cancellation);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<(string PodUid, string Volume), long>> MeasureAsync(
        IReadOnlyList<Pod> pods, CancellationToken cancellation)
    {
        var bytes = new Dictionary<(string, string), long>();
        foreach (var (pod, volume) in LocalStorage.Counted(pods))
        {
            if (await FolderSizes.TryAsync(DirectoryOf(pod, volume), cancellation) is { } held)
                bytes[(pod.Metadata.Uid!, volume.Name)] = held;
        }
        return bytes;
    }

    private string? PrepareOne(PodOnNode facts, Volume volume, INodeInputs inputs)
    {
        var group = facts.Pod.Spec.SecurityContext?.FsGroup;
        if (volume.HostPath is { } host)
        {
            HostPaths.Check(volume.Name, host);
            return null;
        }
        var folder = DirectoryOf(facts.Pod, volume);
        if (_final.Contains(folder)) return null;
        if (VolumeContents.Of(facts, volume, inputs) is { } files)
        {
            AtomicDirectory.Write(folder, files, group);
            if (VolumeContents.IsFinal(facts.Pod, volume, inputs)) _final.Add(folder);
            return null;
        }
        if (volume.EmptyDir is null && HasUnknownSource(volume))
        {
            throw new VolumeException(
                volume.Name, "this sort of volume is not supported; use emptyDir, hostPath, configMap, "
                + "secret, downwardAPI or projected");
        }
        MemoryFolders.RefuseOthers(volume);
        PrepareEmpty(facts, volume, folder, group);
        return _memory.WarningOf(volume) ?? _hugePages.WarningOf(facts.Pod.Spec, volume);
    }

    // Whatever the modes inside, other users of the machine are not to read secrets and tokens of pods.
    private static void MakePrivate(string folder)
    {
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, (UnixFileMode)OwnerAndGroup);
    }

    private void PrepareEmpty(PodOnNode facts, Volume volume, string path, long? group)
    {
        if (Directory.Exists(path)) return;
        var isHuge = HugePageSize.IsMedium(volume.EmptyDir?.Medium);
        if (isHuge) HugePageFolders.PageOf(facts.Pod.Spec, volume);
        if (_memory.Root is { } shared) MakePrivate(shared);
        Directory.CreateDirectory(path);
        if (isHuge) _hugePages.Mount(facts, volume, path);
        if (_memory.FolderOf(facts.Pod.Metadata.Uid!, volume) is not null) _memory.Bound(facts, volume, path);
        // The owner first: a change of owner takes the set-group bit away.
        if (group is { } owner) Posix.ChangeGroup(path, owner);
        Posix.ChangeMode(path, group is null ? Everybody : Everybody | (int)UnixFileMode.SetGroup);
    }

    // A volume without any source is an emptyDir; one with a source we do not know must not silently become one.
    private static bool HasUnknownSource(Volume volume) => volume != new Volume { Name = volume.Name };

    private ContainerMount Mount(PodOnNode facts, VolumeMount mount, IReadOnlyDictionary<string, string> variables)
    {
        var volume = facts.Pod.Spec.Volumes.FirstOrDefault(volume => volume.Name == mount.Name)
            ?? throw new ContainerConfigException($"cannot find volume \"{mount.Name}\" to mount into the container");
        var source = volume.HostPath?.Path ?? DirectoryOf(facts.Pod, volume);
        if (SubPaths.Of(mount, variables) is { Length: > 0 } subPath) source = SubPaths.Resolve(source, subPath);
        var isMadeFromObjects = volume.ConfigMap is not null || volume.Secret is not null
            || volume.DownwardAPI is not null
            || volume.Projected is not null;
        return new(source, mount.MountPath, mount.ReadOnly || isMadeFromObjects, mount.MountPropagation switch
        {
            "HostToContainer" => "rslave",
            "Bidirectional" => "rshared",
            _ => null,
        });
    }

    private string WriteHosts(PodOnNode facts)
    {
        var path = Path.Combine(Root(facts.Pod.Metadata.Uid!), "etc-hosts");
        var machine = facts.Pod.Spec.HostNetwork && File.Exists(HostsTarget) ? File.ReadAllText(HostsTarget) : "";
        var text = HostsFile.Text(facts, machine);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Rewritten in place: containers that run hold this very file mounted.
        if (!File.Exists(path) || File.ReadAllText(path) != text) File.WriteAllText(path, text);
        Posix.ChangeMode(path, EverybodyReads);
        return path;
    }

    private static string? ResolvText(PodOnNode facts) => ResolvConf.Text(
        facts.Pod.Spec, File.Exists(ResolvTarget) ? File.ReadAllText(ResolvTarget) : "");

    private string WriteResolv(PodOnNode facts, string text)
    {
        var path = Path.Combine(Root(facts.Pod.Metadata.Uid!), "resolv.conf");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path) || File.ReadAllText(path) != text) File.WriteAllText(path, text);
        Posix.ChangeMode(path, EverybodyReads);
        return path;
    }

    private string WriteHostname(PodOnNode facts)
    {
        var path = Path.Combine(Root(facts.Pod.Metadata.Uid!), PodHostname.FileName);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path)) File.WriteAllText(path, PodHostname.Text(facts.Pod));
        return path;
    }

    private string NewMessageFile(string uid, string container, int attempt)
    {
        var path = MessageFile(uid, container, attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path)) File.WriteAllBytes(path, []);
        Posix.ChangeMode(path, EverybodyReadsWrites);
        return path;
    }

    private string MessageFile(string uid, string container, int attempt) =>
        Path.Combine(Root(uid), "containers", container, attempt.ToString());

    private string DirectoryOf(Pod pod, Volume volume) =>
        _memory.FolderOf(pod.Metadata.Uid!, volume) ?? Path.Combine(Root(pod.Metadata.Uid!), "volumes", volume.Name);

    private string Root(string uid) => Path.Combine(_pods, uid);

    private IEnumerable<string> Roots(string uid)
    {
        yield return Root(uid);
        if (_memory.RootOf(uid) is { } inMemory) yield return inMemory;
    }

    // A large tree is removed piece by piece, for all pods of the node share one thread of work.
    internal static async Task RemoveTreeAsync(string root, CancellationToken cancellation)
    {
        var (folders, done) = (new Stack<string>([root]), 0);
        var emptied = new List<string>();
        while (folders.TryPop(out var folder))
        {
            emptied.Add(folder);
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (entry is DirectoryInfo && entry.LinkTarget is null) folders.Push(entry.FullName);
                else entry.Delete();
                if (++done % YieldEvery != 0) continue;
                cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
        for (var last = emptied.Count - 1; last >= 0; last--) Directory.Delete(emptied[last]);
    }
}
