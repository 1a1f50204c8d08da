using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// Where transactions become durable. The store calls it from one committer at a time; reads may come beside it. A
/// shared journal has many stores: each takes the writers' turn for a transaction and follows what the others commit.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Whether stores of other processes write to it too.</summary>
    bool IsShared => false;

    /// <summary>Opens what is there, or makes it new, and reads the newest version of everything.</summary>
    /// <exception cref="StoreOpenException">It cannot be opened; the message says what to do.</exception>
    Task<JournalContents> OpenAsync(CancellationToken cancellation);

    /// <summary>
    /// Takes the writers' turn: nobody else commits until it ends with an append, with <see cref="EndAsync"/> or with
    /// <see cref="RecoverAsync"/>. After an exception it is not held, and nothing was written.
    /// </summary>
    /// <returns>What others committed after the revision this store knows; the first of it when it is much.</returns>
    ValueTask<JournalNews> BeginAsync(long known) => ValueTask.FromResult(JournalNews.None(known));

    /// <summary>Ends the turn with nothing written; nothing when it is not held.</summary>
    ValueTask EndAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Writes one transaction; it is durable when this completes. After an exception its fate is unknown.
    /// </summary>
    ValueTask<JournalPosition> AppendAsync(JournalBatch batch);

    /// <summary>
    /// Settles the fate of a failed append to the revision this store knows: either it is durable now, or it never will
    /// be. Ends the turn.
    /// </summary>
    ValueTask<JournalRecovery> RecoverAsync(long known);

    /// <summary>The newest durable revision, by whichever process.</summary>
    ValueTask<long> ReadRevisionAsync(CancellationToken cancellation) =>
        throw new NotSupportedException("a journal of one process has nobody to ask");

    /// <summary>What was committed after a revision; the first of it when it is much.</summary>
    ValueTask<JournalNews> ReadNewsAsync(long known, CancellationToken cancellation) =>
        ValueTask.FromResult(JournalNews.None(known));

    /// <summary>
    /// Calls back with the newest durable revision whenever it may have moved on, until it is disposed.
    /// </summary>
    IAsyncDisposable? Follow(Action<long> onRevision) => null;

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

/// <summary>
/// What was committed after a revision, oldest first. <paramref name="Oldest"/> and <paramref name="Newest"/> bound
/// what the journal keeps. A change carries no previous version, and a deletion no JSON: the reader has them.
/// </summary>
public sealed record JournalNews(IReadOnlyList<JournalChange> Changes, long Newest, long? Oldest)
{
    /// <summary>Nothing new.</summary>
    public static JournalNews None(long known) => new([], known, null);
}

/// <summary>Whether the append that failed is durable all the same, and where the journal is.</summary>
public sealed record JournalRecovery(bool IsCommitted, JournalPosition Position);

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
