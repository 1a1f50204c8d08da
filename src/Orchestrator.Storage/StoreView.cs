using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// What readers of one process see, and who hears of changes. Written by the committer alone: so every change, whoever
/// made it, goes through here once and in order.
/// </summary>
internal sealed class StoreView(ILogger logger, TaskCreationOptions outcomes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, StoredObject> _current = [];
    private readonly RevisionWaiters _waiters = new(outcomes);
    private JournalPosition _position = new(0, 0);
    private long _published;
    private ImmutableArray<Action<IReadOnlyList<ObjectChange>>> _subscribers = [];

    public long Revision => Position.Revision;

    public JournalPosition Position => Volatile.Read(ref _position);

    /// <summary>The newest revision that all who follow the store have heard of; reads of a cache rest on it.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>For the committer.</summary>
    public IReadOnlyDictionary<ObjectKey, StoredObject> Current => _current;

    public void Load(List<StoredObject> objects, JournalPosition position)
    {
        lock (_lock)
        {
            foreach (var obj in objects) _current.Add(obj.Key, obj);
            Volatile.Write(ref _position, position);
        }
        Volatile.Write(ref _published, position.Revision);
        _waiters.Reach(position.Revision);
    }

    public StoredObject? Find(ObjectKey key)
    {
        lock (_lock) return _current.GetValueOrDefault(key);
    }

    public (IReadOnlyList<StoredObject>, long) All()
    {
        lock (_lock) return ([.. _current.Values], Revision);
    }

    public Task WaitForAsync(long revision, CancellationToken cancellation) =>
        Published >= revision ? Task.CompletedTask : _waiters.WaitAsync(revision, cancellation);

    public IDisposable Subscribe(Action<IReadOnlyList<ObjectChange>> onChanges)
    {
        ImmutableInterlocked.Update(ref _subscribers, list => list.Add(onChanges));
        return new Subscription(() => ImmutableInterlocked.Update(ref _subscribers, list => list.Remove(onChanges)));
    }

    public void Publish(IReadOnlyList<ObjectChange> changes, JournalPosition position)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (change.Type == ChangeType.Deleted) _current.Remove(change.Object.Key);
                else _current[change.Object.Key] = change.Object;
            }
            Volatile.Write(ref _position, position);
        }
        if (changes.Count == 0) return;
        foreach (var subscriber in _subscribers)
        {
            try
            {
                subscriber(changes);
            }
            catch (Exception bug)
            {
                // The write is durable: it stays acknowledged, and the others hear of it.
                logger.LogCritical(bug, "A subscriber failed on revisions up to {Revision}", position.Revision);
            }
        }
        Volatile.Write(ref _published, position.Revision);
        _waiters.Reach(position.Revision);
    }

    /// <summary>Publishes what others committed.</summary>
    /// <exception cref="BrokenStoreException">It does not continue what this process has seen.</exception>
    public void Adopt(JournalNews news)
    {
        if (news.Newest < Revision) throw BrokenStoreException.WentBack(Revision, news.Newest);
        if (news.Changes.Count == 0 && news.Newest > Revision)
            throw BrokenStoreException.FellBehind(Revision, news.Oldest ?? news.Newest);
        var changes = new List<ObjectChange>(news.Changes.Count);
        var changed = new Dictionary<ObjectKey, StoredObject?>();
        foreach (var change in news.Changes)
        {
            if (change.Revision != Revision + changes.Count + 1)
                throw BrokenStoreException.FellBehind(Revision + changes.Count, news.Oldest ?? news.Newest);
            var previous = changed.TryGetValue(change.Key, out var earlier)
                ? earlier
                : _current.GetValueOrDefault(change.Key);
            if ((previous?.Revision ?? 0) != change.PreviousRevision)
                throw BrokenStoreException.Contradicts(change, previous?.Revision ?? 0);
            var next = change.Type == ChangeType.Deleted
                ? CommitPlan.Versioned(change.Key, change.Revision, previous!.Object, previous.Json)
                : JournalReading.Parse(change.Key, change.Revision, change.Json);
            changed[change.Key] = change.Type == ChangeType.Deleted ? null : next;
            changes.Add(new(change.Type, change.Revision, next, previous));
        }
        Publish(changes, new(Revision + changes.Count, news.Oldest ?? Position.Oldest));
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
