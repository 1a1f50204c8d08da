namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Lets in so many at a time, in the order they came. Not a semaphore, whose waiters go on over the thread pool: no
/// seed could repeat that. For one scheduler only, so it holds no lock.
/// </summary>
internal sealed class Gate(int max)
{
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _free = max;

    /// <summary>Returns when there is room; whoever entered must leave.</summary>
    public async Task EnterAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_free > 0)
        {
            _free--;
            return;
        }
        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.AddLast(place);
        using (cancellation.UnsafeRegister(GiveUp, place)) await place.Task;
    }

    /// <summary>Makes room for the next one.</summary>
    public void Leave()
    {
        while (_waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            // One who gave up has left its place behind.
            if (first.Value.TrySetResult()) return;
        }
        _free++;
    }

    private static void GiveUp(object? place, CancellationToken cancellation) =>
        ((TaskCompletionSource)place!).TrySetCanceled(cancellation);
}
