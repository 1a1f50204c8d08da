using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// Where transactions become durable. The store calls it from one committer at a time; reads may come beside it.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Opens what is there, or makes it new, and reads the newest version of everything.</summary>
    /// <exception cref="StoreOpenException">It cannot be opened; the message says what to do.</exception>
    Task<JournalContents> OpenAsync(CancellationToken cancellation);

    /// <summary>
    /// Writes one transaction; it is durable when this completes. After an exception its fate is unknown.
    /// </summary>
    ValueTask<JournalPosition> AppendAsync(JournalBatch batch);

    /// <summary>Settles the fate of a failed append: what this returns is durable, the rest will never be.</summary>
    ValueTask<JournalPosition> RecoverAsync();

    /// <summary>Kept changes after a revision, oldest first.</summary>
    ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(long after, int limit, CancellationToken cancellation);

    /// <summary>The last kept reasons of an object by UID or by key text, oldest first.</summary>
    ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation);

    /// <summary>Writes everything, as of one revision, to one new file, while the store goes on.</summary>
    Task BackupAsync(string path, CancellationToken cancellation);
}

/// <summary>The newest durable revision, and the one after which changes can still be read.</summary>
public sealed record JournalPosition(long Revision, long Oldest);

/// <summary>What a journal holds when it is opened: the newest version of every object.</summary>
public sealed record JournalContents(IReadOnlyList<JournalObject> Objects, JournalPosition Position);

/// <summary>The newest version of one object.</summary>
public sealed record JournalObject(ObjectKey Key, long Revision, ReadOnlyMemory<byte> Json);

/// <summary>
/// One change. <paramref name="Json"/> of a deletion is the last state; <paramref name="PreviousJson"/> is empty when
/// there was no version before.
/// </summary>
public sealed record JournalChange(
    ChangeType Type, long Revision, ObjectKey Key, ReadOnlyMemory<byte> Json,
    long PreviousRevision, ReadOnlyMemory<byte> PreviousJson, DateTimeOffset Time);

/// <summary>One transaction: changes with dense revisions, reasons, and a step of forgetting.</summary>
public sealed record JournalBatch(
    IReadOnlyList<JournalChange> Changes, IReadOnlyList<ReasonRecord> Reasons, CompactionStep? Compaction);

/// <summary>
/// Forget at most <paramref name="Limit"/> changes, oldest first, that are at or below <paramref name="UpTo"/> or were
/// made before <paramref name="Before"/>.
/// </summary>
public sealed record CompactionStep(long UpTo, DateTimeOffset Before, int Limit);
