namespace Orchestrator.Storage;

/// <summary>Those who wait for a revision.</summary>
internal sealed class RevisionWaiters(TaskCreationOptions outcomes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Revision, TaskCompletionSource Done)> _waiting = [];
    private long _reached;

    public void Reach(long revision)
    {
        List<TaskCompletionSource>? reached = null;
        lock (_lock)
        {
            // The start and the first change may come in either order.
            _reached = Math.Max(_reached, revision);
            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Revision <= revision)
                {
                    _waiting.Remove(node);
                    (reached ??= []).Add(node.Value.Done);
                }
                node = next;
            }
        }
        foreach (var done in reached ?? []) done.TrySetResult();
    }

    public async Task WaitAsync(long revision, CancellationToken cancellation)
    {
        LinkedListNode<(long, TaskCompletionSource Done)> node;
        lock (_lock)
        {
            if (_reached >= revision) return;
            node = _waiting.AddLast((revision, new(outcomes)));
        }
        try
        {
            // Not Task.WaitAsync: it goes on over the thread pool, which no simulation could repeat.
            using (cancellation.UnsafeRegister(GiveUp, node.Value.Done)) await node.Value.Done.Task;
        }
        finally
        {
            lock (_lock)
            {
                if (node.List is not null) _waiting.Remove(node);
            }
        }
    }

    private static void GiveUp(object? done, CancellationToken cancellation) =>
        ((TaskCompletionSource)done!).TrySetCanceled(cancellation);
}
