using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Nodes.Sandboxes;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>
/// As much of a cluster as a node talks to: pods in memory, written by reports and read back at once. The agent runs on
/// a scheduler that runs one thing at a time, as in a grain.
/// </summary>
public sealed class TestCluster : INodeReports, INodeInputs, IMirrorPods, IAsyncDisposable
{
    private readonly TaskScheduler _scheduler;
    private readonly ConcurrentDictionary<string, Pod> _pods = new();
    private readonly ConcurrentDictionary<string, int> _writes = new();
    private readonly Func<IContainerRuntime> _newRuntime;
    private readonly NodeAgentOptions _options;
    private readonly TimeProvider _time;
    // Tests change pods while the node reports: neither may overwrite what the other has just written.
    private readonly Lock _writing = new();
    private IContainerRuntime? _runtime;
    private NodeAgent? _agent;
    private int _revision;

    public TestCluster(
        Func<IContainerRuntime> newRuntime, NodeAgentOptions options, TimeProvider time,
        TaskScheduler? scheduler = null)
    {
        _newRuntime = newRuntime;
        _scheduler = scheduler ?? new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        _options = options;
        _time = time;
    }

    public ConcurrentQueue<string> Events { get; } = new();

    public ConcurrentQueue<string> Explanations { get; } = new();

    public ConcurrentQueue<string> Phases { get; } = new();

    public ConcurrentDictionary<string, ConfigMap> ConfigMaps { get; } = new();

    public ConcurrentDictionary<string, Secret> Secrets { get; } = new();

    public ConcurrentDictionary<string, PersistentVolumeClaim> Claims { get; } = new();

    public ConcurrentDictionary<string, PersistentVolume> Volumes { get; } = new();

    public ConcurrentDictionary<string, RuntimeClass> RuntimeClasses { get; } = new();

    public ConcurrentBag<Service> Services { get; } = [];

    /// <summary>Signs tokens; null signs none.</summary>
    public Func<Pod, string?, long, PodToken?> Tokens { get; set; } = (_, _, _) => null;

    public NodeStatus? Node { get; private set; }

    /// <summary>Reports fail while this is set.</summary>
    public bool AreReportsRefused { get; set; }

    public async Task StartAgentAsync()
    {
        _runtime = _newRuntime();
        _agent = new NodeAgent(_runtime, this, this, _options, _time, NullLogger<NodeAgent>.Instance);
        await OnSchedulerAsync(_agent.StartAsync);
        await SyncAsync();
    }

    public async Task StopAgentAsync()
    {
        await OnSchedulerAsync(() => _agent!.DisposeAsync().AsTask());
        await _runtime!.DisposeAsync();
        _agent = null;
    }

    public Task SyncAsync() => OnSchedulerAsync(() =>
    {
        _agent?.Sync([.. _pods.Values.OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal)]);
        return Task.CompletedTask;
    });

    /// <summary>As the annotation of the node, and whether it is cordoned, would.</summary>
    public Task KeepWarmAsync(WarmSetting setting, bool isOpen = true) => OnSchedulerAsync(() =>
    {
        _agent!.KeepWarm(setting, isOpen);
        return Task.CompletedTask;
    });

    public async Task<Pod> ApplyAsync(Pod pod)
    {
        var stored = pod with { Metadata = pod.Metadata with { ResourceVersion = NextRevision() } };
        lock (_writing) _pods[pod.Metadata.Name!] = stored;
        await SyncAsync();
        return stored;
    }

    /// <summary>Changes what is stored, whatever the node has reported of it meanwhile.</summary>
    public async Task<Pod> ChangeAsync(string name, Func<Pod, Pod> change)
    {
        Pod stored;
        lock (_writing)
        {
            stored = change(_pods[name]);
            stored = stored with { Metadata = stored.Metadata with { ResourceVersion = NextRevision() } };
            _pods[name] = stored;
        }
        await SyncAsync();
        return stored;
    }

    /// <summary>As <c>kubectl delete --grace-period</c>.</summary>
    public Task DeleteAsync(string name, long grace = 30) => ChangeAsync(name, pod => pod with
    {
        Metadata = pod.Metadata with
        {
            DeletionTimestamp = _time.GetUtcNow().AddSeconds(grace),
            DeletionGracePeriodSeconds = grace,
            Generation = pod.Metadata.Generation + 1,
        },
    });

    /// <summary>As <c>kubectl delete --force</c>: the object is gone at once.</summary>
    public Task ForgetAsync(string name)
    {
        lock (_writing) _pods.TryRemove(name, out _);
        return SyncAsync();
    }

    public Pod? Find(string name) => _pods.GetValueOrDefault(name);

    public int Writes(string name) => _writes.GetValueOrDefault(name);

    public async Task<IReadOnlyList<string>> PodUidsAsync()
    {
        IReadOnlyList<string> uids = [];
        await OnSchedulerAsync(() =>
        {
            uids = _agent?.PodUids ?? [];
            return Task.CompletedTask;
        });
        return uids;
    }

    public IReadOnlyList<ProbeTotal> ProbeTotals => _agent?.ProbeTotals ?? [];

    public string Show(string name) => Find(name) is { } pod
        ? JsonSerializer.Serialize(pod.Status, ApiJson.TypeInfo(typeof(PodStatus))) + "\n" + string.Join("\n", Events)
        : $"no pod {name}\n" + string.Join("\n", Events);

    public Pod? FindPod(string ns, string name) => Find(name);

    public ConfigMap? FindConfigMap(string ns, string name) => ConfigMaps.GetValueOrDefault(name);

    public Secret? FindSecret(string ns, string name) => Secrets.GetValueOrDefault(name);

    public PersistentVolumeClaim? FindClaim(string ns, string name) => Claims.GetValueOrDefault(name);

    public PersistentVolume? FindVolume(string name) => Volumes.GetValueOrDefault(name);

    public Node? FindNode() => null;

    /// <summary>The claim that had the volume is gone.</summary>
    public Task EraseAsync(string volume) => OnSchedulerAsync(() => _agent!.EraseVolumeAsync(volume));

    public RuntimeClass? FindRuntimeClass(string name) => RuntimeClasses.GetValueOrDefault(name);

    public IReadOnlyList<Service> FindServices(string ns) => [.. Services];

    public PodToken? NewToken(Pod pod, string? audience, long expirationSeconds) =>
        Tokens(pod, audience, expirationSeconds);

    /// <summary>A ConfigMap or Secret was written, and the node hears of it.</summary>
    public Task NoticeAsync(string kind, string name) => OnSchedulerAsync(() =>
    {
        _agent?.NoticeObject(kind, "default", name);
        return Task.CompletedTask;
    });

    public Task ReportAsync(Pod pod, PodStatus status, CancellationToken cancellation)
    {
        if (AreReportsRefused) throw new IOException("the cluster takes no reports now");
        var name = pod.Metadata.Name!;
        lock (_writing)
        {
            if (!_pods.TryGetValue(name, out var stored) || stored.Metadata.Uid != pod.Metadata.Uid)
                return Task.CompletedTask;
            _writes.AddOrUpdate(name, 1, (_, count) => count + 1);
            _pods[name] =
                stored with { Status = status, Metadata = stored.Metadata with { ResourceVersion = NextRevision() } };
            Phases.Enqueue($"{name} {status.Phase}");
        }
        return Task.CompletedTask;
    }

    public Task ConfirmStoppedAsync(Pod pod, CancellationToken cancellation)
    {
        if (AreReportsRefused) throw new IOException("the cluster takes no reports now");
        Phases.Enqueue($"{pod.Metadata.Name} gone");
        Remove(pod);
        _ = SyncAsync();
        return Task.CompletedTask;
    }

    public IMirrorPods Mirrors => this;

    public Task CreateMirrorAsync(Pod mirror, CancellationToken cancellation)
    {
        if (AreReportsRefused) throw new IOException("the cluster takes no reports now");
        var uid = $"mirror-{NextRevision()}";
        var stored = mirror with { Metadata = mirror.Metadata with { Uid = uid, ResourceVersion = NextRevision() } };
        if (!_pods.TryAdd(mirror.Metadata.Name!, stored)) throw new IOException($"{mirror.Metadata.Name} exists");
        _ = SyncAsync();
        return Task.CompletedTask;
    }

    public Task DeleteMirrorAsync(Pod mirror, CancellationToken cancellation)
    {
        Remove(mirror);
        _ = SyncAsync();
        return Task.CompletedTask;
    }

    public Task ReportNodeAsync(NodeStatus status, CancellationToken cancellation)
    {
        Node = status;
        return Task.CompletedTask;
    }

    public void Event(ApiObject about, string fieldPath, string type, string reason, string message) =>
        Events.Enqueue($"{about.Metadata.Name} {fieldPath} {type} {reason}: {message}");

    public void Explain(Pod pod, string decision, string why, string inputs) =>
        Explanations.Enqueue($"{pod.Metadata.Name} {decision}: {why} {inputs}");

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await StopAgentAsync();
    }

    // Another pod may have the name by now.
    private void Remove(Pod pod)
    {
        lock (_writing)
        {
            if (Find(pod.Metadata.Name!)?.Metadata.Uid == pod.Metadata.Uid)
                _pods.TryRemove(pod.Metadata.Name!, out _);
        }
    }

    private string NextRevision() =>
        Interlocked.Increment(ref _revision).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Task OnSchedulerAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();
}
