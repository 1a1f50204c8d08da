namespace Orleans.Local;

/// <summary>
/// A clock that moves only when told to, from timer to timer. Timers fire on the thread that moves it, one at a time,
/// in the order of their due times and, where those are equal, of their arming.
/// </summary>
public sealed class VirtualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly SortedSet<VirtualTimer> _armed = new(VirtualTimer.ByDueTime);
    private DateTimeOffset _now;
    private long _armings;

    public VirtualTimeProvider() : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)) { }

    public VirtualTimeProvider(DateTimeOffset start) => _now = start.ToUniversalTime();

    /// <summary>Is told of every timer that is armed, to find out by which thread.</summary>
    internal SeededScheduler? Watcher { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When the next timer fires; null when none is armed.</summary>
    public DateTimeOffset? NextTimer
    {
        get
        {
            lock (_lock)
            {
                return _armed.Min?.Due;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it. False when no timer is armed.</summary>
    public bool AdvanceToNextTimer() => FireNext(DateTimeOffset.MaxValue);

    /// <summary>Moves on by a span and fires every timer on the way, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (FireNext(end))
        {
        }

        lock (_lock)
        {
            _now = end > _now ? end : _now;
        }
    }

    private bool FireNext(DateTimeOffset until)
    {
        VirtualTimer? timer;
        lock (_lock)
        {
            timer = _armed.Min;
            if (timer is null || timer.Due > until)
            {
                return false;
            }

            _now = timer.Due > _now ? timer.Due : _now;
            ArmLocked(timer, timer.Period > TimeSpan.Zero ? _now + timer.Period : null);
        }

        timer.Fire();
        return true;
    }

    private void ArmLocked(VirtualTimer timer, DateTimeOffset? due)
    {
        if (timer.IsArmed)
        {
            _armed.Remove(timer);
        }

        timer.IsArmed = due is not null;
        if (due is { } at)
        {
            timer.Due = at;
            timer.Arming = ++_armings;
            _armed.Add(timer);
        }
    }

    private sealed class VirtualTimer(VirtualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public static IComparer<VirtualTimer> ByDueTime { get; } = Comparer<VirtualTimer>.Create(static (left, right) =>
        {
            var due = left.Due.CompareTo(right.Due);
            return due != 0 ? due : left.Arming.CompareTo(right.Arming);
        });

        public DateTimeOffset Due { get; set; }

        public long Arming { get; set; }

        public bool IsArmed { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Watcher?.Notice(callback);
            lock (clock._lock)
            {
                if (_disposed)
                {
                    return false;
                }

                Period = period;
                clock.ArmLocked(this, dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                _disposed = true;
                clock.ArmLocked(this, null);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
