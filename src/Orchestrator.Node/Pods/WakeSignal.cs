namespace Orchestrator.Nodes.Pods;

/// <summary>Wakes one waiter. Signals that arrive while it works fold into one, and none is lost.</summary>
internal sealed class WakeSignal(TimeProvider time)
{
    private TaskCompletionSource _signal = NewSignal();

    public void Set() => _signal.TrySetResult();

    /// <summary>Returns at the next signal or after the time, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan? longest, CancellationToken cancellation)
    {
        var signal = _signal;
        if (longest <= TimeSpan.Zero) signal.TrySetResult();
        // Time and cancellation set the same signal: a task that combines others may detour over the thread pool, and
        // no seed could repeat that.
        using (longest is { } due ? time.CreateTimer(Fire, signal, due, Timeout.InfiniteTimeSpan) : null)
        using (cancellation.UnsafeRegister(Fire, signal))
        {
            await signal.Task;
        }
        _signal = NewSignal();
        cancellation.ThrowIfCancellationRequested();
        // Whoever is woken again and again must still leave turns to the others.
        await Task.Yield();
    }

    private static void Fire(object? signal) => ((TaskCompletionSource)signal!).TrySetResult();

    // Not inline, for whoever sets the signal must not find itself doing the waiter's work.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
