namespace Orleans.Local;

/// <summary>
/// Runs the turns of all silos of a cluster on one thread, in an order drawn from a seed, and moves a virtual clock
/// when nothing is left to run: the same seed gives the same order. Real concurrency, such as sockets or the thread
/// pool, has no place inside; what must happen there is awaited with the clock standing still (see
/// <see cref="Outside"/>).
/// </summary>
public sealed class SeededScheduler
{
    private readonly object _lock = new();
    private readonly List<IThreadPoolWorkItem> _ready = [];
    private readonly Queue<IThreadPoolWorkItem> _foreign = new();
    private readonly Random _random;
    private readonly PumpContext _context;
    private Thread? _pump;
    private Exception? _failure;
    private DateTimeOffset _instant;
    private int _turnsInInstant;
    private int _outside;

    public SeededScheduler(int seed, VirtualTimeProvider clock)
    {
        Seed = seed;
        Clock = clock;
        // Seeded on purpose: the point of this class is that chance can be repeated.
#pragma warning disable CA5394
        _random = new Random(seed);
#pragma warning restore CA5394
        _context = new PumpContext(this);
        Turns = new SeededTurns(this);
        clock.Watcher = this;
    }

    public int Seed { get; }

    public VirtualTimeProvider Clock { get; }

    /// <summary>Turns run so far.</summary>
    public long TurnCount { get; private set; }

    /// <summary>How much virtual time a run may take before it counts as stuck.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>So many turns without the clock moving count as a run in circles.</summary>
    public int TurnsPerInstantMax { get; init; } = int.MaxValue;

    /// <summary>
    /// Work that comes from another thread, outside of an <see cref="Outside"/> section, fails the run: its moment
    /// cannot be repeated.
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>How often work came from another thread outside of an <see cref="Outside"/> section.</summary>
    public long ForeignCount { get; private set; }

    /// <summary>What came from another thread first; null when nothing did.</summary>
    public string? FirstForeign { get; private set; }

    internal TurnScheduler Turns { get; }

    /// <summary>Ends the run with this error before its next turn; the first one counts.</summary>
    public void Fail(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Interlocked.CompareExchange(ref _failure, failure, null);
    }

    /// <summary>
    /// Runs a body and everything it sets off until the body ends. Its awaits come back to this thread.
    /// </summary>
    public void Run(Func<Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Run(async () =>
        {
            await body();
            return true;
        });
    }

    /// <summary>Runs a body and everything it sets off until the body ends, and returns its result.</summary>
    public T Run<T>(Func<Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var (context, pump) = (SynchronizationContext.Current, _pump);
        _pump = Thread.CurrentThread;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            var task = body();
            var end = Clock.GetUtcNow() + Horizon;
            while (!task.IsCompleted)
            {
                ThrowIfFailed();
                if (!RunOne() && !WaitOutside(task) && !Advance(end))
                {
                    throw new InvalidOperationException(
                        $"Seed {Seed}: nothing is left to run and no timer is armed, but the body has not ended.");
                }
            }

            ThrowIfFailed();
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            _pump = pump;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>
    /// Work that leaves this thread, such as the start of a host: until disposed, the clock stands still.
    /// </summary>
    public IDisposable Outside()
    {
        lock (_lock)
        {
            _outside++;
        }

        return new OutsideSection(this);
    }

    internal void Schedule(IThreadPoolWorkItem item)
    {
        lock (_lock)
        {
            // What other threads hand in would come at any moment, so it waits until there is nothing else to do.
            if (ReferenceEquals(Thread.CurrentThread, _pump))
            {
                _ready.Add(item);
                return;
            }

            NoticeForeignLocked(item);
            _foreign.Enqueue(item);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Something of the run was touched; counts it when that was another thread's doing.</summary>
    internal void Notice(object what)
    {
        if (_pump is null || ReferenceEquals(Thread.CurrentThread, _pump))
        {
            return;
        }

        lock (_lock)
        {
            NoticeForeignLocked(what);
        }
    }

    private void NoticeForeignLocked(object what)
    {
        if (_pump is null || _outside > 0)
        {
            return;
        }

        ForeignCount++;
        FirstForeign ??= $"{what}\n{Environment.StackTrace}";
        if (IsStrict)
        {
            Fail(new InvalidOperationException(
                $"Seed {Seed}: work came from another thread, which no seed can repeat: {FirstForeign}"));
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private bool RunOne()
    {
        IThreadPoolWorkItem? item;
        lock (_lock)
        {
            if (_ready.Count > 0)
            {
#pragma warning disable CA5394
                var index = _random.Next(_ready.Count);
#pragma warning restore CA5394
                item = _ready[index];
                // The order of the rest is left to chance anyway.
                _ready[index] = _ready[^1];
                _ready.RemoveAt(_ready.Count - 1);
            }
            else if (!_foreign.TryDequeue(out item))
            {
                return false;
            }
        }

        TurnCount++;
        CountInstant(item);
        // An await prefers a synchronization context to a task scheduler, and activations are the latter.
        SynchronizationContext.SetSynchronizationContext(item is Posted ? _context : null);
        item.Execute();
        SynchronizationContext.SetSynchronizationContext(_context);
        return true;
    }

    private void CountInstant(IThreadPoolWorkItem item)
    {
        var now = Clock.GetUtcNow();
        _turnsInInstant = now == _instant ? _turnsInInstant + 1 : 0;
        _instant = now;
        if (_turnsInInstant > TurnsPerInstantMax)
        {
            Fail(new TimeoutException(
                $"Seed {Seed}: {_turnsInInstant} turns have not moved the clock on from {now:O}; the last is {item}."));
        }
    }

    private bool WaitOutside(Task body)
    {
        lock (_lock)
        {
            while (_outside > 0 && _ready.Count == 0 && _foreign.Count == 0 && !body.IsCompleted)
            {
                Monitor.Wait(_lock);
            }

            return _ready.Count > 0 || _foreign.Count > 0 || body.IsCompleted;
        }
    }

    private bool Advance(DateTimeOffset end)
    {
        if (Clock.NextTimer > end)
        {
            throw new TimeoutException($"Seed {Seed}: the body has not ended within {Horizon} of virtual time.");
        }

        SynchronizationContext.SetSynchronizationContext(null);
        var advanced = Clock.AdvanceToNextTimer();
        SynchronizationContext.SetSynchronizationContext(_context);
        return advanced;
    }

    private sealed class OutsideSection(SeededScheduler owner) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            lock (owner._lock)
            {
                if (_left++ == 0)
                {
                    owner._outside--;
                    Monitor.PulseAll(owner._lock);
                }
            }
        }
    }

    private sealed class PumpContext(SeededScheduler owner) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => owner.Schedule(new Posted(d, state));

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class Posted(SendOrPostCallback callback, object? state) : IThreadPoolWorkItem
    {
        public void Execute() => callback(state);

        public override string ToString() => $"a continuation of the body: {state}";
    }

    private sealed class SeededTurns(SeededScheduler owner) : TurnScheduler
    {
        // One turn at a time, so that the seed decides between any two.
        public override int TurnsPerSlice => 1;

        // On one thread a continuation cannot run beside the turn that sets it off, and a detour over the thread pool
        // would lose the order.
        public override TaskCreationOptions Outcomes => TaskCreationOptions.None;

        public override uint Chance => (uint)owner.Seed ^ 0x9e3779b9;

        public override IDisposable? Outside() => owner.Outside();

        public override void Schedule(IThreadPoolWorkItem activation) => owner.Schedule(activation);
    }
}
