namespace Orleans.Local.Engine;

/// <summary>
/// Times out calls: one queue per timeout, ordered by deadline for free, and one timer for the earliest.
/// </summary>
internal sealed class CallTimeouts : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<TimeSpan, LinkedList<Call>> _queues = [];
    private readonly ITimer _timer;
    private long _armedFor = long.MaxValue;

    public CallTimeouts(TimeProvider time, TimeSpan usual)
    {
        _time = time;
        Usual = usual;
        _timer = time.CreateTimer(static state => ((CallTimeouts)state!).Sweep(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public TimeSpan Usual { get; }

    public void Add(Call call)
    {
        call.Timeout = call.Entry.Timeout ?? Usual;
        if (call.Timeout < TimeSpan.Zero || call.Timeout > TimeSpan.FromDays(40))
        {
            return;
        }

        call.Deadline = _time.GetTimestamp() + (long)(call.Timeout.TotalSeconds * _time.TimestampFrequency);
        lock (_lock)
        {
            if (!_queues.TryGetValue(call.Timeout, out var queue))
            {
                _queues[call.Timeout] = queue = new();
            }

            call.TimeoutNode = queue.AddLast(call);
            if (call.Deadline < _armedFor)
            {
                Arm(call.Deadline);
            }
        }
    }

    public void Remove(Call call)
    {
        lock (_lock)
        {
            if (call.TimeoutNode is { List: { } queue } node)
            {
                queue.Remove(node);
            }
        }
    }

    /// <summary>All calls that wait now, oldest first.</summary>
    public List<Call> Waiting()
    {
        lock (_lock)
        {
            return [.. _queues.OrderBy(pair => pair.Key).SelectMany(pair => pair.Value)];
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        List<Call> due = [];
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            foreach (var queue in _queues.Values)
            {
                while (queue.First is { } first && first.Value.Deadline <= now)
                {
                    queue.RemoveFirst();
                    due.Add(first.Value);
                }
            }

            _armedFor = long.MaxValue;
            var earliest = _queues.Values.Where(queue => queue.First is not null)
                .Select(queue => queue.First!.Value.Deadline);
            if (earliest.DefaultIfEmpty(long.MaxValue).Min() is < long.MaxValue and var next)
            {
                Arm(next);
            }
        }

        due.Sort((left, right) => left.Deadline.CompareTo(right.Deadline));
        due.ForEach(call => call.TimeOut());
    }

    private void Arm(long deadline)
    {
        _armedFor = deadline;
        var wait = TimeSpan.FromSeconds((double)(deadline - _time.GetTimestamp()) / _time.TimestampFrequency);
        // Rounded up, for a timer that fires a hair early would find nothing due.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))),
            Timeout.InfiniteTimeSpan);
    }
}
