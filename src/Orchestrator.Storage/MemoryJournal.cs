using System.Runtime.InteropServices;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// A journal that lasts as long as its instance. Appends complete at once on the caller's thread, so that a
/// simulation stays deterministic; disposing keeps the contents, so that a store can be opened on them again.
/// </summary>
public sealed class MemoryJournal(ObjectStoreOptions options) : IJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, JournalObject> _objects = [];
    private readonly List<JournalChange> _changes = [];
    private readonly LinkedList<ReasonRecord> _reasons = [];
    private readonly Dictionary<string, Queue<LinkedListNode<ReasonRecord>>> _rings = [];
    private JournalPosition _position = new(0, 0);
    private int _forgotten;

    /// <inheritdoc />
    public Task<JournalContents> OpenAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            var objects = _objects.Values.OrderBy(obj => obj.Revision).ToList();
            return Task.FromResult(new JournalContents(objects, _position));
        }
    }

    /// <inheritdoc />
    public ValueTask<JournalPosition> AppendAsync(JournalBatch batch)
    {
        lock (_lock)
        {
            foreach (var change in batch.Changes)
            {
                _changes.Add(change);
                if (change.Type == ChangeType.Deleted) _objects.Remove(change.Key);
                else _objects[change.Key] = new(change.Key, change.Revision, change.Json);
                _position = _position with { Revision = change.Revision };
            }
            foreach (var reason in batch.Reasons) Keep(reason);
            if (batch.Compaction is { } step) Compact(step);
            return ValueTask.FromResult(_position);
        }
    }

    /// <inheritdoc />
    public ValueTask<JournalPosition> RecoverAsync()
    {
        lock (_lock) return ValueTask.FromResult(_position);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation)
    {
        lock (_lock)
        {
            // Revisions are dense, so that a revision's place is a subtraction.
            var start = (int)Math.Max(_forgotten, _forgotten + after - _position.Oldest);
            var count = Math.Clamp(_changes.Count - start, 0, limit);
            return ValueTask.FromResult<IReadOnlyList<JournalChange>>(
                count == 0 ? [] : _changes.GetRange(start, count));
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var found = _reasons.Where(reason => reason.Uid == uidOrSubject || reason.Subject == uidOrSubject);
            return ValueTask.FromResult<IReadOnlyList<ReasonRecord>>([.. found.TakeLast(limit)]);
        }
    }

    /// <inheritdoc />
    public Task BackupAsync(string path, CancellationToken cancellation) =>
        throw new NotSupportedException(
            $"cannot back up to \"{path}\": the store is in memory; give it a data directory to make backups");

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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
