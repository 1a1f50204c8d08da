namespace Orleans.Local.Engine;

/// <summary>Activation and deactivation.</summary>
internal sealed partial class Activation
{
    private DeactivationReason? _ending;
    private CancellationToken _endingToken;
    private TaskCompletionSource? _ended;
    private List<IDisposable>? _timers;
    private long _lastUse;
    private long _keepUntil;
    private bool _deactivationStarted;

    public Task Deactivated
    {
        get
        {
            lock (_turns)
            {
                return _state == ActivationState.Ended && _ended is null ? Task.CompletedTask : EndedLocked().Task;
            }
        }
    }

    public bool IsValid => _state == ActivationState.Valid && _ending is null;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_turns)
        {
            if (_ending is not null || _state >= ActivationState.Deactivating)
            {
                return;
            }

            _ending = deactivationReason;
            _endingToken = cancellationToken;
            if (_state == ActivationState.Valid)
            {
                _state = ActivationState.Deactivating;
            }

            WakeLocked();
        }
    }

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) =>
        Deactivate(new DeactivationReason(DeactivationReasonCode.Migrating, "Migration was asked for."),
            cancellationToken);

    public void DelayDeactivation(TimeSpan span)
    {
        lock (_turns)
        {
            _keepUntil = span == TimeSpan.MaxValue || span == Timeout.InfiniteTimeSpan
                ? long.MaxValue
                : span <= TimeSpan.Zero
                    ? 0
                    : Silo.Time.GetTimestamp() + (long)(span.TotalSeconds * Silo.Time.TimestampFrequency);
        }
    }

    /// <summary>Deactivates the activation if it has been idle for its age limit.</summary>
    public bool CollectIfIdle(long now, TimeSpan? ageLimit = null)
    {
        var age = ageLimit ?? Silo.CollectionAgeOf(Class);
        lock (_turns)
        {
            var idleLong = age != Timeout.InfiniteTimeSpan
                && _state == ActivationState.Valid && _ending is null && _running.Count == 0 && _waiting.Count == 0
                && _keepUntil <= now && Silo.Time.GetElapsedTime(_lastUse, now) >= age;
            if (!idleLong)
            {
                return false;
            }
        }

        Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "It was idle for its age limit."));
        return true;
    }

    public void AddTimer(IDisposable timer)
    {
        lock (_turns)
        {
            (_timers ??= new(1)).Add(timer);
        }
    }

    public void RemoveTimer(IDisposable timer)
    {
        lock (_turns)
        {
            _timers?.Remove(timer);
        }
    }

    public void DisposeTimers()
    {
        List<IDisposable>? timers;
        lock (_turns)
        {
            timers = _timers;
            _timers = null;
        }

        timers?.ForEach(timer => timer.Dispose());
    }

    private void Touch(WorkRequest request)
    {
        if (request is Call || request.Has(CallOptions.KeepAlive))
        {
            _lastUse = Silo.Time.GetTimestamp();
        }
    }

    private TaskCompletionSource EndedLocked() => _ended ??= new(Silo.Cluster.Scheduler.Outcomes);

    // Asked when there is neither a turn nor a request to run.
    private Task? NextOfLifeLocked()
    {
        if (_state == ActivationState.Created)
        {
            _state = ActivationState.Activating;
            return new Task<Task>(ActivateAsync);
        }

        if (_state == ActivationState.Deactivating && _running.Count == 0 && !_deactivationStarted)
        {
            _deactivationStarted = true;
            return new Task<Task>(DeactivateAsync);
        }

        return null;
    }

    private async Task ActivateAsync()
    {
        RequestContext.Current = null;
        using var limit = new CancellationTokenSource(Silo.CollectionOptions.ActivationTimeout, Silo.Time);
        try
        {
            GrainInstance = Class.Create(this);
            (GrainInstance as ILifecycleParticipant<IGrainLifecycle>)?.Participate(ObservableLifecycle);
            if (_lifecycle is { } lifecycle)
            {
                await lifecycle.StartAsync(limit.Token);
            }

            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(limit.Token);
            }
        }
        catch (Exception exception)
        {
            Log.LogError(exception, "Activation of {GrainId} failed", GrainId);
            await EndAsync(exception);
            return;
        }

        lock (_turns)
        {
            _state = _ending is null ? ActivationState.Valid : ActivationState.Deactivating;
            _lastUse = Silo.Time.GetTimestamp();
            WakeLocked();
        }
    }

    private async Task DeactivateAsync()
    {
        RequestContext.Current = null;
        DisposeTimers();
        using var limit = new CancellationTokenSource(Silo.CollectionOptions.DeactivationTimeout, Silo.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _endingToken);
        try
        {
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(_ending!.Value, both.Token).WaitAsync(both.Token);
            }

            if (_lifecycle is { } lifecycle)
            {
                await lifecycle.StopAsync(both.Token).WaitAsync(both.Token);
            }
        }
        catch (Exception exception)
        {
            Log.LogError(exception, "Deactivation of {GrainId} failed", GrainId);
        }

        await EndAsync(null);
    }

    private async Task EndAsync(Exception? failure)
    {
        DisposeTimers();
        Silo.Cluster.Unregister(this);
        List<WorkRequest> left;
        TaskCompletionSource? ended;
        lock (_turns)
        {
            _state = ActivationState.Ended;
            left = [.. _waiting];
            _waiting.Clear();
            ended = EndedLocked();
        }

        foreach (var request in left)
        {
            if (failure is null)
            {
                request.Reroute();
            }
            else
            {
                request.Reject(failure);
            }
        }

        await DisposeInstanceAsync();
        ended.TrySetResult();
    }

    private async Task DisposeInstanceAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else
            {
                (GrainInstance as IDisposable)?.Dispose();
            }

            if (_scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            Log.LogError(exception, "Disposing of {GrainId} failed", GrainId);
        }
    }
}
