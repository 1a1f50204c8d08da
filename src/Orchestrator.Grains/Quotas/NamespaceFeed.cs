using System.Collections.Immutable;
using Orchestrator.Reconcilers.Quotas;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Quotas;

/// <summary>
/// Hands the changes that count to whoever counts a namespace on this silo. Where nobody counts, a commit pays for one
/// look at an empty map.
/// </summary>
internal sealed class NamespaceFeed(IObjectStore store) : StoreFeed(store)
{
    private ImmutableDictionary<string, FeedQueue> _queues = ImmutableDictionary<string, FeedQueue>.Empty;

    /// <summary>
    /// From now on, all that the watch cache does not hold yet goes into the queue: the cache hears of a change first.
    /// </summary>
    public FeedQueue Open(string ns)
    {
        var queue = new FeedQueue();
        ImmutableInterlocked.AddOrUpdate(ref _queues, ns, queue, (_, _) => queue);
        return queue;
    }

    /// <summary>Nobody reads the queue any more.</summary>
    public void Close(string ns, FeedQueue queue) => ImmutableInterlocked.Update(ref _queues,
        static (queues, closed) => queues.GetValueOrDefault(closed.ns) == closed.queue
            ? queues.Remove(closed.ns)
            : queues, (ns, queue));

    protected override void OnChanges(IReadOnlyList<ObjectChange> changes)
    {
        var queues = Volatile.Read(ref _queues);
        if (queues.IsEmpty) return;
        foreach (var change in changes)
        {
            var key = change.Object.Key;
            if (key.Namespace.Length == 0 || !queues.TryGetValue(key.Namespace, out var queue)) continue;
            var after = change.Type == ChangeType.Deleted ? null : change.Object.Object;
            if (QuotaUsage.MayDiffer(key, change.Previous?.Object, after)) queue.Add(change);
        }
    }
}
