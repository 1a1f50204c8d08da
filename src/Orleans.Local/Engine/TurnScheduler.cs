namespace Orleans.Local.Engine;

/// <summary>Decides when, and in which order, activations that have work get to run.</summary>
internal abstract class TurnScheduler
{
    /// <summary>Turns an activation may run before it lets others go first.</summary>
    public abstract int TurnsPerSlice { get; }

    /// <summary>How the outcome of a call reaches its caller: never inside the turn of the callee.</summary>
    public virtual TaskCreationOptions Outcomes => TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Seed of the choices the engine leaves to chance.</summary>
    public virtual uint Chance => (uint)Environment.TickCount | 1;

    public abstract void Schedule(IThreadPoolWorkItem activation);

    /// <summary>Announces work on other threads.</summary>
    public virtual IDisposable? Outside() => null;
}

/// <summary>The ordinary one: the thread pool.</summary>
internal sealed class ThreadPoolTurnScheduler : TurnScheduler
{
    public static ThreadPoolTurnScheduler Instance { get; } = new();

    public override int TurnsPerSlice => 64;

    public override void Schedule(IThreadPoolWorkItem activation) =>
        ThreadPool.UnsafeQueueUserWorkItem(activation, preferLocal: true);
}
