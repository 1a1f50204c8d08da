using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// Decides what a transaction does: which writes hold, under which revisions. Touches nothing; a later write of the
/// transaction sees the earlier ones.
/// </summary>
internal sealed class CommitPlan(
    IReadOnlyDictionary<ObjectKey, StoredObject> current, long revision, DateTimeOffset now)
{
    private readonly Dictionary<ObjectKey, StoredObject?> _changed = [];
    private readonly List<ObjectChange> _changes = [];
    private readonly List<ReasonRecord> _reasons = [];

    /// <summary>What subscribers will hear.</summary>
    public IReadOnlyList<ObjectChange> Changes => _changes;

    /// <summary>The reasons of the writes that hold.</summary>
    public IReadOnlyList<ReasonRecord> Reasons => _reasons;

    /// <summary>The revision the store will be at.</summary>
    public long Revision { get; private set; } = revision;

    public void Add(PendingWrite pending)
    {
        var write = pending.Write;
        var stored = Find(write.Key);
        if (write.Expected != (stored?.Revision ?? 0))
        {
            pending.Refuse(new RevisionMismatchException(write.Key, write.Expected, stored?.Revision ?? 0));
            return;
        }
        if (write.Object is null && stored is null)
        {
            pending.Refuse(new ArgumentException($"{write.Key} cannot be deleted: it does not exist"));
            return;
        }
        if (write.Reasons is { } reasons) _reasons.AddRange(reasons);
        if (write.Object is not null && stored is not null && stored.Json.Span.SequenceEqual(pending.Json.Span))
        {
            pending.Settle(stored);
            return;
        }
        pending.Settle(Change(pending, stored));
    }

    /// <summary>The changes as the journal keeps them.</summary>
    public IReadOnlyList<JournalChange> ForJournal() =>
    [
        .. _changes.Select(change => new JournalChange(
            change.Type, change.Revision, change.Object.Key, change.Object.Json,
            change.Previous?.Revision ?? 0, change.Previous?.Json ?? default, now)),
    ];

    private StoredObject? Find(ObjectKey key) =>
        _changed.TryGetValue(key, out var changed) ? changed : current.GetValueOrDefault(key);

    private StoredObject Change(PendingWrite pending, StoredObject? stored)
    {
        var (key, obj) = (pending.Write.Key, pending.Write.Object);
        Revision++;
        var type = obj is null ? ChangeType.Deleted : stored is null ? ChangeType.Added : ChangeType.Modified;
        var next = Versioned(key, Revision, obj ?? stored!.Object, obj is null ? stored!.Json : pending.Json);
        _changed[key] = obj is null ? null : next;
        _changes.Add(new(type, Revision, next, stored));
        return next;
    }

    /// <summary>A version whose object knows its revision.</summary>
    public static StoredObject Versioned(ObjectKey key, long revision, ApiObject obj, ReadOnlyMemory<byte> json) =>
        new(key, revision, obj with { Metadata = obj.Metadata with { ResourceVersion = revision.ToString() } }, json);
}
