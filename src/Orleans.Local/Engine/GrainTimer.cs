namespace Orleans.Local.Engine;

/// <summary>
/// A timer whose ticks are turns. The next tick is armed when the last has ended, so ticks never overlap.
/// </summary>
internal sealed class GrainTimer<TState> : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;
    private readonly Tick _tick;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _firing;
    private bool _changed;

    public GrainTimer(
        Activation activation, Func<TState, CancellationToken, Task> callback, TState state,
        GrainTimerCreationOptions options, TimeProvider time)
    {
        Validate(options.DueTime, nameof(options.DueTime));
        Validate(options.Period, nameof(options.Period));
        _activation = activation;
        _callback = callback;
        _state = state;
        _dueTime = options.DueTime;
        _period = options.Period;
        _tick = new Tick(this, options);
        _timer = time.CreateTimer(static state => ((GrainTimer<TState>)state!).Fire(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public void Start()
    {
        _activation.AddTimer(this);
        _timer.Change(_dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        lock (_lock)
        {
            _changed = true;
            _dueTime = dueTime;
            _period = period;
            // A tick that is under way arms the timer when it ends.
            if (!_firing && !_stop.IsCancellationRequested)
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _timer.Dispose();
        _activation.RemoveTimer(this);
    }

    private static void Validate(TimeSpan span, string name)
    {
        var milliseconds = (long)span.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 0xfffffffe, name);
    }

    private void Fire()
    {
        lock (_lock)
        {
            if (_firing || _stop.IsCancellationRequested)
            {
                return;
            }

            _firing = true;
        }

        _activation.Enqueue(_tick);
    }

    private Task Run()
    {
        if (_stop.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        lock (_lock)
        {
            _changed = false;
        }

        return _callback(_state, _stop.Token) ?? Task.CompletedTask;
    }

    private void Ended(Task outcome)
    {
        if (outcome is { IsFaulted: true, Exception.InnerException: { } exception })
        {
            _activation.Log.LogWarning(exception, "A timer of {GrainId} failed; it goes on", _activation.GrainId);
        }

        lock (_lock)
        {
            _firing = false;
            if (!_stop.IsCancellationRequested)
            {
                _timer.Change(_changed ? _dueTime : _period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Tick : WorkRequest
    {
        private readonly GrainTimer<TState> _timer;

        public Tick(GrainTimer<TState> timer, GrainTimerCreationOptions options)
        {
            _timer = timer;
            Options = (options.Interleave ? CallOptions.AlwaysInterleave : 0)
                | (options.KeepAlive ? CallOptions.KeepAlive : 0);
        }

        public override Task Invoke(Activation activation) => _timer.Run();

        public override void Complete(Task outcome, Activation activation) => _timer.Ended(outcome);

        // A tick belongs to its activation and ends with it.
        public override void Reject(Exception reason) => _timer.Dispose();

        public override void Reroute() => _timer.Dispose();
    }
}
