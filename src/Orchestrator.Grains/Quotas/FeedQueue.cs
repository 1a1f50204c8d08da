using System.Collections.Concurrent;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Quotas;

/// <summary>
/// Changes that wait to be counted. One that nobody reads, because its reader ended unheard, stops filling; whoever
/// still reads it then has to count from the objects again.
/// </summary>
internal sealed class FeedQueue
{
    private const int WaitingMax = 100_000;
    private readonly ConcurrentQueue<ObjectChange> _changes = new();
    private int _count;

    /// <summary>Changes are missing.</summary>
    public bool IsBroken => Volatile.Read(ref _count) > WaitingMax;

    /// <summary>Adds a change, in the order of the store.</summary>
    public void Add(ObjectChange change)
    {
        if (Volatile.Read(ref _count) > WaitingMax) return;
        if (Interlocked.Increment(ref _count) <= WaitingMax) _changes.Enqueue(change);
        else _changes.Clear();
    }

    /// <summary>The next change, if one waits.</summary>
    public bool TryTake(out ObjectChange change)
    {
        if (!_changes.TryDequeue(out change!)) return false;
        Interlocked.Decrement(ref _count);
        return true;
    }
}
