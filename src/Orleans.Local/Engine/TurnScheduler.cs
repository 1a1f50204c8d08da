namespace Orleans.Local.Engine;

/// <summary>Decides when, and in which order, activations that have work get to run.</summary>
internal abstract class TurnScheduler
{
    /// <summary>Turns an activation may run before it lets others go first.</summary>
    public abstract int TurnsPerSlice { get; }

    public abstract void Schedule(IThreadPoolWorkItem activation);
}

/// <summary>The ordinary one: the thread pool.</summary>
internal sealed class ThreadPoolTurnScheduler : TurnScheduler
{
    public static ThreadPoolTurnScheduler Instance { get; } = new();

    public override int TurnsPerSlice => 64;

    public override void Schedule(IThreadPoolWorkItem activation) => ThreadPool.UnsafeQueueUserWorkItem(activation, preferLocal: true);
}
