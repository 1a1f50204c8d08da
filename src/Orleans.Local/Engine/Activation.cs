namespace Orleans.Local.Engine;

/// <summary>
/// One incarnation of a grain: its queue of requests, its task scheduler and its life. Everything the grain does runs
/// here, one turn at a time. It is its own scheduler and its own context, so that an idle one stays small.
/// </summary>
internal sealed partial class Activation : TaskScheduler, IGrainContext, IThreadPoolWorkItem, IWorkItemScheduler
{
    private readonly Queue<Task> _turns = new(0);
    private readonly List<WorkRequest> _waiting = new(0);
    private readonly List<WorkRequest> _running = new(0);
    private readonly long _serial;
    private ActivationState _state;
    private bool _scheduled;
    private bool _silenced;
    private List<Guid>? _reentrantSections;

    public Activation(GrainId id, GrainClass grainClass, Silo silo)
    {
        GrainId = id;
        Class = grainClass;
        Silo = silo;
        _serial = silo.Cluster.NextSerial();
        _lastUse = silo.Time.GetTimestamp();
    }

    public GrainId GrainId { get; }

    public GrainClass Class { get; }

    public Silo Silo { get; }

    public ILogger Log => Silo.LogOf(Class);

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Requests at work or in line; read without the lock, as a hint.</summary>
    public int Load => _waiting.Count + _running.Count;

    /// <summary>False when the activation has ended; the request then belongs to the next one.</summary>
    public bool Enqueue(WorkRequest request)
    {
        lock (_turns)
        {
            if (_state == ActivationState.Ended)
            {
                return false;
            }

            _waiting.Add(request);
            WakeLocked();
            return true;
        }
    }

    public void QueueAction(Action action) => new Task(action).Start(this);

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    void IThreadPoolWorkItem.Execute()
    {
        var before = RuntimeContext.Current;
        RuntimeContext.Current = this;
        try
        {
            for (var left = Silo.Cluster.Scheduler.TurnsPerSlice; left > 0; left--)
            {
                if (!RunNext())
                {
                    return;
                }
            }

            Silo.Cluster.Scheduler.Schedule(this);
        }
        finally
        {
            RuntimeContext.Current = before;
        }
    }

    public void EnterReentrantSection(Guid id)
    {
        lock (_turns)
        {
            (_reentrantSections ??= []).Add(id);
        }
    }

    public void LeaveReentrantSection(Guid id)
    {
        lock (_turns)
        {
            _reentrantSections?.Remove(id);
        }
    }

    /// <summary>The silo was killed: not one more turn runs here, as if the process were gone.</summary>
    public List<WorkRequest> Silence()
    {
        lock (_turns)
        {
            _silenced = true;
            _state = ActivationState.Ended;
            List<WorkRequest> lost = [.. _running, .. _waiting];
            _turns.Clear();
            _waiting.Clear();
            _running.Clear();
            return lost;
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_turns)
        {
            if (_silenced)
            {
                return;
            }

            _turns.Enqueue(task);
            WakeLocked();
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, this) && !_silenced && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_turns)
        {
            return [.. _turns];
        }
    }

    private void WakeLocked()
    {
        if (!_scheduled)
        {
            _scheduled = true;
            Silo.Cluster.Scheduler.Schedule(this);
        }
    }

    private bool RunNext()
    {
        Task? turn;
        WorkRequest? request = null;
        lock (_turns)
        {
            if (!_turns.TryDequeue(out turn))
            {
                request = NextRequestLocked();
                turn = request is null ? NextOfLifeLocked() : null;
            }

            if (turn is null && request is null)
            {
                _scheduled = false;
                return false;
            }
        }

        if (turn is not null)
        {
            // A turn of this life begins here unstarted; one from the queue was started by whoever queued it.
            RunTurn(turn);
        }
        else
        {
            new Task(static state => Begin((WorkRequest)state!), request).RunSynchronously(this);
        }

        return true;
    }

    private void RunTurn(Task turn)
    {
        if (turn.Status == TaskStatus.Created)
        {
            turn.RunSynchronously(this);
        }
        else
        {
            TryExecuteTask(turn);
        }
    }

    private WorkRequest? NextRequestLocked()
    {
        if (_state != ActivationState.Valid)
        {
            return null;
        }

        for (var index = 0; index < _waiting.Count; index++)
        {
            var request = _waiting[index];
            if (request.IsAbandoned)
            {
                _waiting.RemoveAt(index--);
            }
            else if (MayBegin(request))
            {
                _waiting.RemoveAt(index);
                _running.Add(request);
                return request;
            }
        }

        return null;
    }

    // Stricter than a comparison with the oldest request alone: a write never joins any reader that is still at work.
    private bool MayBegin(WorkRequest incoming)
    {
        if (_running.Count == 0 || Class.IsReentrant || incoming.Has(CallOptions.AlwaysInterleave)
            || IsInReentrantSection(incoming))
        {
            return true;
        }

        foreach (var running in _running)
        {
            var compatible = running.Has(CallOptions.AlwaysInterleave)
                || (running.Has(CallOptions.ReadOnly) && incoming.Has(CallOptions.ReadOnly))
                || Class.MayInterleave(GrainInstance, running, incoming);
            if (!compatible)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsInReentrantSection(WorkRequest incoming) =>
        _reentrantSections is { Count: > 0 } sections
        && incoming.Context is { } values
        && values.TryGetValue(RequestContext.ReentrancyIdKey, out var id)
        && sections.Contains((Guid)id);

    private static void Begin(WorkRequest request)
    {
        var self = (Activation)RuntimeContext.Current!;
        RequestContext.Current = request.Context;
        Task outcome;
        try
        {
            outcome = request.Invoke(self);
        }
        catch (Exception exception)
        {
            outcome = Task.FromException(exception);
        }

        if (outcome.IsCompleted)
        {
            self.Finish(request, outcome);
            return;
        }

        // Inline when the grain's own turn completes the task; a turn of its own when something else does.
        outcome.ContinueWith(
            static (done, state) =>
            {
                var (activation, finished) = ((Activation, WorkRequest))state!;
                activation.Finish(finished, done);
            },
            (self, request), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, self);
    }

    private void Finish(WorkRequest request, Task outcome)
    {
        lock (_turns)
        {
            _running.Remove(request);
            if (!request.Has(CallOptions.AlwaysInterleave) || request is Call || request.Has(CallOptions.KeepAlive))
            {
                Touch(request);
            }

            WakeLocked();
        }

        request.Complete(outcome, this);
    }
}
