using System.Runtime.InteropServices;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// A log in memory, for one store or for several of one process, each through a <see cref="MemoryJournal"/> of its own.
/// It lasts as long as its instance, so that a store can be opened on it again.
/// </summary>
public sealed class MemoryLog(ObjectStoreOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, JournalObject> _objects = [];
    private readonly List<JournalChange> _changes = [];
    private readonly LinkedList<ReasonRecord> _reasons = [];
    private readonly Dictionary<string, Queue<LinkedListNode<ReasonRecord>>> _rings = [];
    private readonly List<MemoryFollower> _followers = [];
    private JournalPosition _position = new(0, 0);
    private int _forgotten;

    internal TurnQueue Turn { get; } = new();

    internal JournalPosition Position
    {
        get
        {
            lock (_lock) return _position;
        }
    }

    internal JournalContents Read()
    {
        lock (_lock) return new([.. _objects.Values.OrderBy(obj => obj.Revision)], _position);
    }

    internal JournalPosition Append(JournalBatch batch)
    {
        lock (_lock)
        {
            foreach (var change in batch.Changes) Add(change);
            foreach (var reason in batch.Reasons) Keep(reason);
            if (batch.Compaction is { } step) Compact(step);
            return _position;
        }
    }

    /// <summary>Tells all but the one who wrote.</summary>
    internal void Announce(long revision, MemoryFollower? writer)
    {
        List<MemoryFollower> followers;
        lock (_lock) followers = [.. _followers];
        foreach (var follower in followers)
        {
            if (follower != writer) follower.Hear(revision);
        }
    }

    internal List<JournalChange> ReadChanges(long after, int limit)
    {
        lock (_lock)
        {
            // Revisions are dense, so that a revision's place is a subtraction.
            var start = (int)Math.Max(_forgotten, _forgotten + after - _position.Oldest);
            var count = Math.Clamp(_changes.Count - start, 0, limit);
            return count == 0 ? [] : _changes.GetRange(start, count);
        }
    }

    internal JournalNews ReadNews(long known, int limit)
    {
        lock (_lock) return new(ReadChanges(known, limit), _position.Revision, _position.Oldest);
    }

    internal List<ReasonRecord> ReadReasons(string uidOrSubject, int limit)
    {
        lock (_lock)
        {
            var found = _reasons.Where(reason => reason.Uid == uidOrSubject || reason.Subject == uidOrSubject);
            return [.. found.TakeLast(limit)];
        }
    }

    internal void Add(MemoryFollower follower)
    {
        lock (_lock) _followers.Add(follower);
    }

    internal void Remove(MemoryFollower follower)
    {
        lock (_lock) _followers.Remove(follower);
    }

    private void Add(JournalChange change)
    {
        if (change.Revision != _position.Revision + 1)
            throw BrokenStoreException.Unexpected(change.Revision - 1, change.Revision, _position.Revision);
        _changes.Add(change);
        if (change.Type == ChangeType.Deleted) _objects.Remove(change.Key);
        else _objects[change.Key] = new(change.Key, change.Revision, change.Json);
        _position = _position with { Revision = change.Revision };
    }

    private void Compact(CompactionStep step)
    {
        var changes = CollectionsMarshal.AsSpan(_changes)[_forgotten..];
        var gone = 0;
        while (gone < Math.Min(step.Limit, changes.Length)
               && (changes[gone].Revision <= step.UpTo || changes[gone].Time < step.Before))
        {
            gone++;
        }
        if (gone == 0) return;
        _position = _position with { Oldest = changes[gone - 1].Revision };
        _forgotten += gone;
        changes[..gone].Clear();
        // Moving the rest down costs its length, so it waits until half of the list is empty.
        if (_forgotten * 2 < _changes.Count) return;
        _changes.RemoveRange(0, _forgotten);
        _forgotten = 0;
    }

    private void Keep(ReasonRecord reason)
    {
        ref var ring = ref CollectionsMarshal.GetValueRefOrAddDefault(_rings, RingOf(reason), out _);
        ring ??= new();
        ring.Enqueue(_reasons.AddLast(reason));
        if (ring.Count > options.ReasonsPerObjectMax) _reasons.Remove(ring.Dequeue());
        if (_reasons.Count <= options.ReasonsMax) return;
        var oldest = RingOf(_reasons.First!.Value);
        _rings[oldest].Dequeue();
        if (_rings[oldest].Count == 0) _rings.Remove(oldest);
        _reasons.RemoveFirst();
    }

    private static string RingOf(ReasonRecord reason) => reason.Uid.Length > 0 ? reason.Uid : reason.Subject;
}
