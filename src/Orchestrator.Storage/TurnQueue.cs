namespace Orchestrator.Storage;

/// <summary>
/// Lets in one at a time, in the order they came. Not a semaphore, whose waiters go on over the thread pool: no seed
/// could repeat that.
/// </summary>
internal sealed class TurnQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private bool _isTaken;

    /// <summary>Completes when nobody else is in; whoever entered must leave.</summary>
    public Task EnterAsync()
    {
        lock (_lock)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return Task.CompletedTask;
            }
            var place = new TaskCompletionSource();
            _waiting.Enqueue(place);
            return place.Task;
        }
    }

    /// <summary>Lets in the next one, who goes on before this returns.</summary>
    public void Leave()
    {
        TaskCompletionSource? next;
        lock (_lock)
        {
            _isTaken = _waiting.TryDequeue(out next);
        }
        next?.SetResult();
    }
}
