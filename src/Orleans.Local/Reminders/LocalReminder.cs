namespace Orleans.Local.Engine;

/// <summary>One reminder that this silo fires, at its start time and then at whole periods after it.</summary>
internal sealed class LocalReminder : IDisposable
{
    // Timers cannot wait longer than this; a longer wait is made of several.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);
    private readonly ReminderEntry _entry;
    private readonly Silo _silo;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTime _next;
    private bool _disposed;

    public LocalReminder(ReminderEntry entry, Silo silo, TimeProvider time)
    {
        _entry = entry;
        _silo = silo;
        _time = time;
        _timer = time.CreateTimer(static state => _ = ((LocalReminder)state!).Wake(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _next = NextAfter(Now);
        Arm();
    }

    public string? ETag => _entry.ETag;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    public void Dispose()
    {
        _disposed = true;
        _timer.Dispose();
    }

    // A tick that was missed, because no silo was up for it, is not made good: the next whole period counts.
    private DateTime NextAfter(DateTime now)
    {
        if (now <= _entry.StartAt)
        {
            return _entry.StartAt;
        }

        var periods = (now - _entry.StartAt).Ticks / _entry.Period.Ticks + 1;
        return _entry.StartAt + TimeSpan.FromTicks(periods * _entry.Period.Ticks);
    }

    private void Arm()
    {
        var wait = _next - Now;
        wait = wait > LongestWait ? LongestWait : wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    private async Task Wake()
    {
        if (!_disposed && Now >= _next)
        {
            try
            {
                var grain = _silo.Factory.GetGrain<IRemindable>(_entry.GrainId);
                await grain.ReceiveReminder(_entry.ReminderName, new TickStatus(_entry.StartAt, _entry.Period, Now));
            }
            catch (Exception exception)
            {
                _silo.Log.LogError(exception, "Reminder {Reminder} of {GrainId} failed; it goes on",
                    _entry.ReminderName, _entry.GrainId);
            }

            _next = NextAfter(Now);
        }

        if (!_disposed)
        {
            Arm();
        }
    }
}
