using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
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
    private PodOperations? _operations;
    private Pod _pod = pod;
    private DateTimeOffset? _stopBegan;
    private bool _areVolumesReady;
    private bool _mustRefreshVolumes;
    private bool _mustRecheck;
    private bool _isConfirmed;
    private CancellationToken _lifetime;

    public string Uid => _pod.Metadata.Uid ?? "";

    /// <summary>Its object is gone, or was never known: the pod is taken down and nobody is told.</summary>
    public bool IsStray { get; private set; }

    /// <summary>Nothing is left to do, ever.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Ends when the worker has; faults never.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    private PodOperations Operations => _operations ??= new PodOperations(engine, _sights, Wake);

    public void Start(CancellationToken cancellation)
    {
        _lifetime = cancellation;
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
        if (what.Type == RuntimeEventType.Started && _sights.IsKnownRunning(what.ContainerId)) return;
        _sights.MarkStale(what.ContainerId);
        Wake();
    }

    /// <summary>All containers of the pod as a list tells.</summary>
    public void Compare(IReadOnlyList<ContainerSnapshot> listed)
    {
        _mustRecheck = true;
        _mustRefreshVolumes = true;
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
        foreach (var operation in _running.Values) operation.Cancel();
        foreach (var operation in _running.Values.ToList()) await operation.Completion;
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
        foreach (var dead in _sights.UnexplainedEnds) await ExplainEndAsync(dead, cancellation);
        await RefreshVolumesAsync(cancellation);
        var now = engine.Time.GetUtcNow();
        var current = _pod with { Status = _reporter.BasisOf(_pod) };
        if (_pod.Metadata.DeletionTimestamp is not null) BeginStop(now);
        var plan = PodReconciler.Plan(current, Observe(), now);
        var held = Begin(plan, now);
        if (IsDone) return null;
        var look = await _reporter.ReportAsync(current, plan.Status, IsStray, cancellation);
        return Soonest(plan.LookAgainAfter, Soonest(look, held));
    }

    private void TakeNewest()
    {
        if (IsStray) return;
        var newest = engine.Inputs.FindPod(_pod.Metadata.Namespace ?? "", _pod.Metadata.Name ?? "");
        if (newest is not null && newest.Metadata.Uid == _pod.Metadata.Uid) Update(newest);
    }

    private void BeginStop(DateTimeOffset now)
    {
        if (_stopBegan is not null) return;
        _stopBegan = now;
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
        AreVolumesReady = _areVolumesReady,
        AreVolumesGone = !engine.Volumes.HasAny(Uid),
        IsFinalStatusReported = IsStray || _reporter.HasReportedEnd,
        StopBegan = _stopBegan,
        HostIP = engine.Options.HostIP,
    };

    // Objects behind volumes change; files of running containers follow at each relist. A failure here is told when
    // the volumes are needed next, for the containers that run have all they had.
    private async Task RefreshVolumesAsync(CancellationToken cancellation)
    {
        if (!_mustRefreshVolumes || _pod.Metadata.DeletionTimestamp is not null || _sights.Attempts.Count == 0) return;
        _mustRefreshVolumes = false;
        try
        {
            await engine.Volumes.PrepareAsync(engine.Facts(_pod, _sights.PodIP), engine.Inputs, cancellation);
            _areVolumesReady = true;
        }
        catch (Volumes.VolumeException missing)
        {
            _areVolumesReady = false;
            engine.Logger.LogWarning(missing, "Volumes of pod {Namespace}/{Name} are not brought up to date",
                _pod.Metadata.Namespace, _pod.Metadata.Name);
        }
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
            if (_holds.TryGetValue(action.Key, out var until) && until > now)
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
            await Operations.DoAsync(_pod, action, operation.Token, _lifetime);
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
        if (trouble is RuntimeUnavailableException silent) engine.OnUnavailable(silent);
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
