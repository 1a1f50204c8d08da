namespace Orchestrator.Nodes.Sandboxes;

/// <summary>
/// Tells when nothing urgent is under way on a node, for work that nobody waits for. For one scheduler only, so it
/// holds no lock.
/// </summary>
internal sealed class Calm(TimeProvider time)
{
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private int _urgent;

    /// <summary>Nothing urgent is under way.</summary>
    public bool IsNow => _urgent == 0;

    /// <summary>When the last urgent thing ended.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Called when the last urgent thing has ended.</summary>
    public Action Began { get; set; } = () => { };

    /// <summary>Does something urgent.</summary>
    public Task UrgentAsync(Func<Task> work) => UrgentAsync(async () =>
    {
        await work();
        return true;
    });

    /// <summary>Does something urgent.</summary>
    public async Task<T> UrgentAsync<T>(Func<Task<T>> work)
    {
        _urgent++;
        try
        {
            return await work();
        }
        finally
        {
            if (--_urgent == 0) Begin();
        }
    }

    /// <summary>Returns when nothing urgent is under way, or after the longest wait.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IsNow) return;
        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = _waiting.AddLast(place);
        using (time.CreateTimer(Fire, place, longest, Timeout.InfiniteTimeSpan))
        using (cancellation.UnsafeRegister(Fire, place))
        {
            await place.Task;
        }
        if (node.List is not null) _waiting.Remove(node);
        cancellation.ThrowIfCancellationRequested();
    }

    private void Begin()
    {
        Since = time.GetUtcNow();
        foreach (var place in _waiting) place.TrySetResult();
        _waiting.Clear();
        Began();
    }

    private static void Fire(object? place) => ((TaskCompletionSource)place!).TrySetResult();
}
