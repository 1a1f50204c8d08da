using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Probes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Looks after one pod: observe, plan, act, report, over and over. Passes never overlap; what a pass begins runs beside
/// it and wakes the next one. All of it runs on the scheduler the worker was started on, so nothing here needs a lock.
/// </summary>
internal sealed class PodWorker(NodeEngine engine, Pod pod)
{
    private static readonly TimeSpan HoldMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HoldMax = TimeSpan.FromSeconds(30);

    private readonly PodSights _sights = new(engine);
    private readonly WakeSignal _wake = new(engine.Time);
    private readonly BackOffs _backOffs = new();
    private readonly Dictionary<string, RunningOperation> _running = [];
    private readonly Dictionary<string, StartTrouble> _troubles = [];
    private readonly Dictionary<string, DateTimeOffset> _holds = [];
    private readonly PodReporter _reporter = new(engine, pod);
    private readonly PodProbes _probes = new(engine);
    private readonly StopClock _stop = new();
    private readonly HashSet<string> _stoppedForResize = [];
    private PodOperations? _operations;
    private VolumeUpkeep? _upkeep;
    private Pod _pod = pod;
    private bool _areVolumesReady;
    private bool _mustRecheck;
    private PodSpec? _promised;
    private bool _isRejected;
    private bool _isConfirmed;
    private CancellationToken _lifetime;

    public string Uid => _pod.Metadata.Uid ?? "";

    /// <summary>The pod as it was last heard of.</summary>
    public Pod Pod => _pod;

    /// <summary>What its probes have come to.</summary>
    public IEnumerable<ProbeTotal> ProbeTotals => _probes.Totals;

    /// <summary>Its object is gone, or was never known: the pod is taken down and nobody is told.</summary>
    public bool IsStray { get; private set; }

    /// <summary>Nothing is left to do, ever.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Ends when the worker has; faults never.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    private PodOperations Operations => _operations ??= new PodOperations(engine, _sights, Wake);

    private VolumeUpkeep Upkeep => _upkeep ??= new VolumeUpkeep(engine);

    public void Start(CancellationToken cancellation)
    {
        _lifetime = cancellation;
        _probes.OnChange = Wake;
        Completion = RunAsync(cancellation);
    }

    public void Wake() => _wake.Set();

    /// <summary>The newest version of the object.</summary>
    public void Update(Pod newest)
    {
        if (ReferenceEquals(newest, _pod) || newest.Metadata.ResourceVersion == _pod.Metadata.ResourceVersion) return;
        if (newest.Metadata.Generation != _pod.Metadata.Generation)
        {
            // What failed with the old spec may do with the new one.
            _troubles.Clear();
            _backOffs.Clear();
        }
        _pod = newest;
        if (PodObjects.ShowsMetadata(newest.Spec)) Upkeep.Ask();
        Wake();
    }

    /// <summary>The object is gone.</summary>
    public void MakeStray()
    {
        if (IsStray) return;
        IsStray = true;
        var meta = _pod.Metadata;
        var grace = meta.DeletionGracePeriodSeconds ?? _pod.Spec.TerminationGracePeriodSeconds ?? 30;
        _pod = _pod with
        {
            Metadata = meta with
            {
                DeletionTimestamp = meta.DeletionTimestamp ?? engine.Time.GetUtcNow().AddSeconds(grace),
                DeletionGracePeriodSeconds = grace,
            },
        };
        Wake();
    }

    /// <summary>Something happened to a container of the pod.</summary>
    public void Notice(RuntimeEvent what)
    {
        if (what.Type == RuntimeEventType.OutOfMemory) _sights.MarkOom(what.ContainerId);
        if (!_sights.IsNews(what)) return;
        _sights.MarkStale(what.ContainerId);
        Wake();
    }

    /// <summary>A ConfigMap or Secret has changed. What waits for it need not wait any longer.</summary>
    public void Notice(string kind, string ns, string name)
    {
        if (_pod.Metadata.Namespace != ns || !PodObjects.Mentions(_pod.Spec, kind, name)) return;
        foreach (var key in _troubles.Where(trouble => trouble.Value.Reason is StartFailedException.MissingObject
            or StartFailedException.MissingVolume).Select(trouble => trouble.Key).ToList())
        {
            _troubles.Remove(key);
            _backOffs.Succeed(key);
        }
        Upkeep.Ask();
        Wake();
    }

    /// <summary>All containers of the pod as a list tells.</summary>
    public void Compare(IReadOnlyList<ContainerSnapshot> listed)
    {
        _mustRecheck = true;
        Upkeep.Ask();
        _sights.Compare(listed);
        Wake();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        while (!IsDone)
        {
            try
            {
                var wait = await TryPassAsync(cancellation);
                if (!IsDone) await _wake.WaitAsync(wait, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
        }
        _probes.Stop();
        foreach (var operation in _running.Values) operation.Cancel();
        foreach (var operation in _running.Values.ToList()) await operation.Completion;
        await Operations.Hooks.EndAsync();
        if (IsDone) await engine.Holds.ReleaseAsync(Uid, cancellation);
        engine.Storage.Forget(Uid);
    }

    private async Task<TimeSpan?> TryPassAsync(CancellationToken cancellation)
    {
        try
        {
            var wait = await PassAsync(cancellation);
            _backOffs.Succeed("pass");
            return wait;
        }
        catch (RuntimeUnavailableException silent)
        {
            engine.OnUnavailable(silent);
            return _backOffs.Fail("pass", HoldMin, HoldMax);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException
            || !cancellation.IsCancellationRequested)
        {
            engine.Logger.LogError(trouble, "A pass over pod {Namespace}/{Name} failed", _pod.Metadata.Namespace,
                _pod.Metadata.Name);
            return _backOffs.Fail("pass", HoldMin, HoldMax);
        }
    }

    private async Task<TimeSpan?> PassAsync(CancellationToken cancellation)
    {
        if (!engine.IsReachable || !await engine.Reports.MayActAsync(isDestructive: false)) return null;
        TakeNewest();
        if (_mustRecheck) _reporter.Recheck(_pod);
        _mustRecheck = false;
        await _sights.RefreshAsync(cancellation);
        Operations.Hooks.NoticeEnds();
        var upkeep = await KeepVolumesAsync(cancellation);
        var now = engine.Time.GetUtcNow();
        var current = _pod with { Status = _reporter.BasisOf(_pod) };
        if (_pod.Metadata.DeletionTimestamp is not null) BeginStop(now);
        _probes.Follow(current, _sights);
        var plan = PodReconciler.Plan(current, Observe(), now);
        Settle(plan);
        if (plan.Status.Phase is "Succeeded" or "Failed") await engine.Holds.ReleaseAsync(Uid, cancellation);
        if (plan.IsHalt) BeginStop(now);
        else _stop.Reset();
        var ends = _sights.UnexplainedEnds;
        if (RemovesAny(plan, ends)) ends = await ExplainAsync(ends, cancellation);
        var held = Begin(plan, now);
        if (IsDone) return null;
        var status = plan.Status;
        if (ends.Count > 0)
        {
            // A restart does not wait until an end is explained, only the report does.
            await ExplainAsync(ends, cancellation);
            status = PodReconciler.Plan(current, Observe(), now).Status;
        }
        var look = await _reporter.ReportAsync(current, status, IsStray, cancellation);
        return Soonest(Soonest(plan.LookAgainAfter, upkeep), Soonest(look, held));
    }

    private void TakeNewest()
    {
        if (IsStray) return;
        var newest = engine.Inputs.FindPod(_pod.Metadata.Namespace ?? "", _pod.Metadata.Name ?? "");
        if (newest is not null && newest.Metadata.Uid == _pod.Metadata.Uid) Update(newest);
    }

    private void BeginStop(DateTimeOffset now)
    {
        if (!_stop.Begin(_pod, now)) return;
        // A start that still waits for its image is not worth finishing.
        foreach (var operation in _running.Values.Where(operation => operation.IsStart)) operation.Cancel();
    }

    private PodObservation Observe() => new()
    {
        Sandboxes = _sights.Sandboxes,
        Attempts = _sights.Attempts,
        Operations = _running.ToDictionary(pair => pair.Key, pair => pair.Value.Shown),
        Troubles = _troubles,
        Pulls = Operations.Pulls,
        Health = _probes.Health,
        AreVolumesReady = _areVolumesReady,
        AreVolumesGone = !engine.Volumes.HasAny(Uid),
        Storage = engine.Storage.UsageOf(Uid),
        Named = _reporter.Named,
        IsFinalStatusReported = IsStray || _reporter.HasReportedEnd,
        StopBegan = _stop.Began,
        StopGraceSeconds = _stop.GraceSeconds,
        PreStopsBegun = Operations.Hooks.PreStopsBegun,
        CrashBounds = engine.CrashBounds,
        IsStopConfirmed = IsStray || _isConfirmed,
        HostIP = engine.Options.HostIP,
        Space = engine.Shares.SpaceFor(Uid, engine.Allocatable),
        Abilities = engine.Abilities,
        StoppedForResize = _stoppedForResize,
    };

    // What the pod is promised counts for the others, until it has ended.
    private void Settle(PodPlan plan)
    {
        _promised = plan.Promised;
        if (plan.Status.Phase is "Succeeded" or "Failed" || IsStray)
        {
            engine.Shares.Remove(Uid);
            engine.Devices.Free(Uid);
        }
        else
        {
            engine.Shares.Set(Uid, plan.Promised, plan.IsDeferred ? Wake : null);
        }
        if (plan.Rejection is not { } rejection || _isRejected) return;
        _isRejected = true;
        engine.Reports.Event(_pod, "", "Warning", rejection.Reason, rejection.Message);
        engine.Reports.Explain(_pod, "Rejected", rejection.Message, "");
    }

    // Of a pod of which nothing was started yet, the volumes are prepared before the first start.
    private Task<TimeSpan?> KeepVolumesAsync(CancellationToken cancellation)
    {
        if (_pod.Metadata.DeletionTimestamp is not null || _reporter.HasReportedEnd || _sights.Attempts.Count == 0)
        {
            engine.Storage.Forget(Uid);
            return Task.FromResult<TimeSpan?>(null);
        }
        engine.Storage.Follow(_pod, _sights, Wake, cancellation);
        return Upkeep.RunAsync(_pod, _sights.PodIP, cancellation);
    }

    // Actions for a name that failed a moment ago wait a little; returns when the first of them is due.
    private TimeSpan? Begin(PodPlan plan, DateTimeOffset now)
    {
        TimeSpan? wait = null;
        foreach (var action in plan.Actions)
        {
            if (action is PodAction.ConfirmStopped && (_isConfirmed || IsStray))
            {
                IsDone = IsStray;
                continue;
            }
            // Longer than the longest hold was told by a clock that has been put back since.
            if (_holds.TryGetValue(action.Key, out var until) && until > now && until <= now + HoldMax)
            {
                wait = Soonest(wait, until - now);
                continue;
            }
            Tell(plan, action);
            Begin(action, now);
        }
        return wait;
    }

    private void Tell(PodPlan plan, PodAction action)
    {
        foreach (var reason in plan.Reasons.Where(reason => reason.Container == action.Key
            || (reason.Container.Length == 0 && action.Key == PodObservation.SandboxKey)))
        {
            engine.Reports.Explain(_pod, reason.Decision, $"{reason.Container} {reason.Why}".TrimStart(),
                action.ToString());
        }
    }

    private void Begin(PodAction action, DateTimeOffset now)
    {
        _running.GetValueOrDefault(action.Key)?.Cancel();
        if (action is PodAction.StopContainer { IsForResize: true } restart) _stoppedForResize.Add(restart.Id);
        var shown = action is PodAction.StopContainer stop
            ? new PodOperation(true, now + stop.Grace) : new PodOperation(action is PodAction.StopSandbox);
        var operation = new RunningOperation(shown, action is PodAction.StartContainer);
        _running[action.Key] = operation;
        operation.Completion = RunAsync(action, operation);
    }

    private async Task RunAsync(PodAction action, RunningOperation operation)
    {
        await Task.Yield();
        try
        {
            var promised = _pod with { Spec = _promised ?? _pod.Spec };
            await Operations.DoAsync(promised, action, operation.Token, _lifetime);
            Succeed(action);
        }
        catch (OperationCanceledException) when (operation.Token.IsCancellationRequested
            || _lifetime.IsCancellationRequested)
        {
            engine.Logger.LogDebug("{Action} of pod {Uid} was given up", action, Uid);
        }
        catch (StartFailedException failed)
        {
            var delay = _backOffs.Fail(action.Key, failed.RetryMin, failed.RetryMax);
            _troubles[action.Key] = new StartTrouble(failed.Reason, failed.Message, engine.Time.GetUtcNow(), delay);
        }
        catch (Exception trouble)
        {
            Hold(action, trouble);
        }
        finally
        {
            if (_running.GetValueOrDefault(action.Key) == operation) _running.Remove(action.Key);
            operation.Dispose();
            Wake();
        }
    }

    private void Succeed(PodAction action)
    {
        _troubles.Remove(action.Key);
        _holds.Remove(action.Key);
        _backOffs.Succeed(action.Key);
        if (action is PodAction.PrepareVolumes) _areVolumesReady = true;
        if (action is PodAction.ConfirmStopped) _isConfirmed = true;
    }

    private void Hold(PodAction action, Exception trouble)
    {
        var delay = _backOffs.Fail(action.Key, HoldMin, HoldMax);
        _holds[action.Key] = engine.Time.GetUtcNow() + delay;
        engine.Logger.LogWarning(trouble, "{Action} of pod {Namespace}/{Name} failed; tried again in {Delay}",
            action, _pod.Metadata.Namespace, _pod.Metadata.Name, delay);
        TellOfKill(action, trouble);
        if (trouble is RuntimeUnavailableException silent) engine.OnUnavailable(silent);
    }

    // Whoever waits for a pod to go has to know what holds it.
    private void TellOfKill(PodAction action, Exception trouble)
    {
        if (action is not (PodAction.StopContainer or PodAction.StopSandbox or PodAction.RemoveContainer)) return;
        if (trouble is RuntimeRefusedException or RuntimeUnavailableException)
            engine.Reports.Event(_pod, "", "Warning", "FailedKillPod", $"error killing pod: {trouble.Message}");
    }

    private static bool RemovesAny(PodPlan plan, IReadOnlyList<ContainerAttempt> ends) =>
        plan.Actions.OfType<PodAction.RemoveContainer>().Any(removal => ends.Any(dead => dead.Id == removal.Id));

    private async Task<IReadOnlyList<ContainerAttempt>> ExplainAsync(
        IReadOnlyList<ContainerAttempt> ends, CancellationToken cancellation)
    {
        foreach (var dead in ends) await ExplainEndAsync(dead, cancellation);
        return [];
    }

    private async Task ExplainEndAsync(ContainerAttempt dead, CancellationToken cancellation)
    {
        var container = PodContainers.Find(_pod.Spec, dead.Container);
        if (_reporter.KnownEnd(dead) is { } known)
        {
            _sights.Explain(dead.Id, known.Message ?? "");
            return;
        }
        var ended = new ContainerEnd(engine, _pod, container, dead);
        _sights.Explain(dead.Id, await ended.TellAsync(cancellation));
    }

    private static TimeSpan? Soonest(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;

    /// <summary>An action under way.</summary>
    private sealed class RunningOperation(PodOperation shown, bool isStart) : IDisposable
    {
        private readonly CancellationTokenSource _cancellation = new();
        private bool _isDisposed;

        public PodOperation Shown { get; } = shown;

        public bool IsStart { get; } = isStart;

        public CancellationToken Token => _cancellation.Token;

        public Task Completion { get; set; } = Task.CompletedTask;

        public void Cancel()
        {
            if (!_isDisposed) _cancellation.Cancel();
        }

        public void Dispose()
        {
            _isDisposed = true;
            _cancellation.Dispose();
        }
    }
}
