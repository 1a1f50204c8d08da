using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Housekeeping;
using Orchestrator.Nodes.Pods;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Nodes.StaticPods;

namespace Orchestrator.Nodes;

/// <summary>
/// Keeps the containers of one node as the pods bound to it ask. Must be called from one scheduler only, such as a
/// grain's: everything it starts runs there too, so it holds no locks. Stopping or restarting it touches no container.
/// </summary>
public sealed class NodeAgent : IAsyncDisposable
{
    private readonly NodeEngine _engine;
    private readonly NodeConnection _connection;
    private readonly VolumeErasures _erasures;
    private readonly StaticPodSource _statics;
    private readonly Housekeeper _housekeeper;
    private readonly Dictionary<string, PodWorker> _workers = [];
    private readonly CancellationTokenSource _ended = new();
    private IReadOnlyList<ContainerSnapshot> _listed = [];
    private IReadOnlyList<Pod> _bound = [];
    private Task _reading = Task.CompletedTask;
    private bool _hasSynced;
    private bool _isFileLookDue;
    private bool _isStarted;
    private bool _isStopped;

    /// <summary>A node that does nothing until it is started.</summary>
    public NodeAgent(
        IContainerRuntime runtime, INodeReports reports, INodeInputs inputs, NodeAgentOptions options,
        TimeProvider time,
        ILogger<NodeAgent> logger)
    {
        _engine = new NodeEngine(runtime, reports, inputs, options, time, logger);
        _engine.RoomForPods = () => options.PodsMax - _workers.Count;
        _connection = new NodeConnection(_engine, Adopt, Dispatch);
        _erasures = new VolumeErasures(_engine);
        _statics = new StaticPodSource(_engine, OnFilesChanged, IsLeaving);
        _housekeeper = new Housekeeper(_engine, _connection.TellImages);
    }

    /// <summary>The engine answers.</summary>
    public bool IsReachable => _engine.IsReachable;

    /// <summary>UIDs of the pods that are looked after now, strays included.</summary>
    public IReadOnlyList<string> PodUids => [.. _workers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What the probes of all pods have come to, since this agent looks after them.</summary>
    public IReadOnlyList<ProbeTotal> ProbeTotals => [.. _workers.Values.SelectMany(worker => worker.ProbeTotals)];

    /// <summary>
    /// Describes the engine, finds what runs on it, and goes on watching it. Returns once it was tried; an engine that
    /// does not answer is reported and tried again, for ever.
    /// </summary>
    public async Task StartAsync()
    {
        if (_isStarted) throw new InvalidOperationException("this node agent was started before; make a new one");
        _isStarted = true;
        // Pods from files run whether anybody says so or not.
        _statics.Read();
        BeginStatics();
        _reading = _statics.RunAsync(_ended.Token);
        _engine.Sandboxes.Start(_ended.Token);
        _engine.Prober.Start(TaskScheduler.Current);
        await _connection.StartAsync(_ended.Token);
        _housekeeper.Start(_ended.Token);
    }

    /// <summary>How many sandboxes are kept ready, and whether pods are to be expected here at all.</summary>
    public void KeepWarm(WarmSetting setting, bool isOpen)
    {
        if (_isStopped) return;
        _engine.Sandboxes.IsOpen = isOpen;
        _engine.Sandboxes.Setting = setting;
    }

    /// <summary>
    /// The pods bound to this node now. Cheap when nothing has changed; call it at every nudge. Containers of pods that
    /// are not among them are taken down.
    /// </summary>
    public void Sync(IReadOnlyList<Pod> bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        if (_isStopped) return;
        _hasSynced = true;
        _bound = bound;
        bound = _statics.Over(bound);
        var present = new HashSet<string>(bound.Count);
        foreach (var pod in bound)
        {
            if (pod.Metadata.Uid is not { Length: > 0 } uid) continue;
            present.Add(uid);
            if (_workers.TryGetValue(uid, out var worker) && !worker.IsDone) worker.Update(pod);
            else Begin(pod, isStray: false);
        }
        foreach (var worker in _workers.Values.Where(worker => !present.Contains(worker.Uid))) worker.MakeStray();
        AdoptStrays();
    }

    /// <summary>Removes all that a volume holds on this node, which no pod may use any more. May be repeated.</summary>
    /// <exception cref="Orchestrator.Api.Meta.ApiException">503, with what stands in the way.</exception>
    public Task EraseVolumeAsync(string volume) => _erasures.EraseAsync(volume, _ended.Token);

    /// <summary>
    /// A ConfigMap or Secret was written or removed: the pods it is part of look again soon. Costs little for one that
    /// no pod mentions.
    /// </summary>
    public void NoticeObject(string kind, string ns, string name)
    {
        foreach (var worker in _workers.Values) worker.Notice(kind, ns, name);
    }

    /// <summary>The node writes files that follow objects, so it wants to hear of them.</summary>
    public bool FollowsObjects => _engine.Volumes.FollowsObjects;

    /// <summary>Stops watching and waits until nothing of it runs any more. No container is touched.</summary>
    public async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        _ended.Cancel();
        foreach (var worker in _workers.Values.ToList()) await worker.Completion;
        await _engine.Prober.DisposeAsync();
        await _engine.Sandboxes.Completion;
        await _connection.Completion;
        await _reading;
        await _housekeeper.Completion;
        await _engine.Storage.Completion;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _engine.Dispose();
        _ended.Dispose();
    }

    private void OnFilesChanged()
    {
        if (_hasSynced) Sync(_bound);
        else if (!_isStopped) BeginStatics();
    }

    private void BeginStatics()
    {
        foreach (var pod in _statics.Startable().Where(pod => !_workers.ContainsKey(pod.Metadata.Uid!)).ToList())
            Begin(pod, isStray: false);
    }

    // An earlier pod from a file under the same name, or what is left of it, still has to go.
    private bool IsLeaving(Pod pod) => _workers.Values.Any(worker => !worker.IsDone
        && worker.Uid != pod.Metadata.Uid && (worker.IsStray || MirrorPods.IsStatic(worker.Pod))
        && worker.Pod.Metadata.Name == pod.Metadata.Name && worker.Pod.Metadata.Namespace == pod.Metadata.Namespace);

    private void Begin(Pod pod, bool isStray)
    {
        var worker = new PodWorker(_engine, pod);
        _workers[worker.Uid] = worker;
        if (isStray) worker.MakeStray();
        worker.Compare(Of(worker.Uid));
        worker.Start(_ended.Token);
        _ = LetGoAsync(worker);
    }

    // Unless its pod has got another meanwhile.
    private async Task LetGoAsync(PodWorker worker)
    {
        await worker.Completion;
        if (!worker.IsDone || _workers.GetValueOrDefault(worker.Uid) != worker) return;
        _workers.Remove(worker.Uid);
        _engine.Inputs.Forget(worker.Uid);
    }

    private IReadOnlyList<ContainerSnapshot> Of(string uid) => [.. _listed.Where(seen => UidOf(seen.Labels) == uid)];

    // The first list, and every later one. Containers of unknown pods wait until it is known which pods there are.
    private void Adopt(IReadOnlyList<ContainerSnapshot> all)
    {
        var listed = _engine.Sandboxes.Sift(all);
        _listed = listed;
        _engine.Devices.Adopt(listed);
        var byPod = listed.ToLookup(seen => UidOf(seen.Labels));
        foreach (var worker in _workers.Values) worker.Compare([.. byPod[worker.Uid]]);
        // Unknown here need not mean unknown: the pod may have been bound a moment ago.
        _isFileLookDue = true;
        var hasStrays = byPod.Any(pod => !_workers.ContainsKey(pod.Key)) || StrayFiles().Count > 0;
        if (!hasStrays || !_hasSynced || !_engine.Reports.AskForSync()) AdoptStrays();
    }

    private void AdoptStrays()
    {
        if (!_hasSynced || !_statics.AreKnown) return;
        var now = _engine.Time.GetUtcNow();
        foreach (var pod in _listed.GroupBy(seen => UidOf(seen.Labels)).Where(pod => !_workers.ContainsKey(pod.Key)))
        {
            _engine.Logger.LogInformation(
                "Pod {Uid} is unknown to the cluster; its containers are taken down", pod.Key);
            Begin(PodLabels.ToStrayPod([.. pod], now), isStray: true);
        }
        // A list is good for adoption once; later it would bring back what has been removed since.
        _listed = [];
        foreach (var uid in _isFileLookDue ? StrayFiles() : []) Begin(PodLabels.ToStrayPod(uid, now), isStray: true);
        _isFileLookDue = false;
    }

    // They go last, so a crash may leave files, or the group, of a pod that has nothing else any more.
    private List<string> StrayFiles() => [.. _engine.Volumes.PodUids.Union(_engine.Holds.PodUids)
        .Where(uid => !_workers.ContainsKey(uid))];

    private void Dispatch(RuntimeEvent what)
    {
        _engine.Sandboxes.Notice(what);
        if (_workers.TryGetValue(UidOf(what.Labels), out var worker)) worker.Notice(what);
    }

    private static string UidOf(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault(ContainerLabels.PodUid, "");
}
