namespace Orchestrator.Nodes.Pods;

/// <summary>Wakes one waiter. Signals that arrive while it works fold into one, and none is lost.</summary>
internal sealed class WakeSignal(TimeProvider time)
{
    private TaskCompletionSource _signal = new();

    public void Set() => _signal.TrySetResult();

    /// <summary>Returns at the next signal or after the time, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan? longest, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var delay = Task.Delay(longest ?? Timeout.InfiniteTimeSpan, time, enough.Token);
        await Task.WhenAny(_signal.Task, delay);
        enough.Cancel();
        cancellation.ThrowIfCancellationRequested();
        if (_signal.Task.IsCompleted) _signal = new();
        // Whoever sets the signal must not find itself doing the waiter's work. An asynchronous completion would go
        // through the thread pool instead of the scheduler, and no seed could repeat that.
        await Task.Yield();
    }
}
