using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// The ordered, durable truth. Revisions are dense and commit in order; an acknowledged write survives <c>kill -9</c>
/// and power loss. All writes waiting when the previous transaction ends go into the next one.
/// </summary>
public interface IObjectStore : IAsyncDisposable
{
    /// <summary>The newest committed revision.</summary>
    long Revision { get; }

    /// <summary>The oldest revision after which changes can still be read.</summary>
    long OldestRevision { get; }

    /// <summary>Opens the store, recovers, and loads what the process keeps in memory.</summary>
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>
    /// Writes one object. Returns when it is durable and every subscriber of this process has seen it.
    /// </summary>
    /// <returns>The committed version; for a deletion the last state under the deletion's revision.</returns>
    /// <exception cref="RevisionMismatchException">The expected revision is not the stored one.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot commit now; nothing was written.</exception>
    Task<StoredObject> CommitAsync(ObjectWrite write, CancellationToken cancellation = default);

    /// <summary>
    /// Completes when this process has seen everything that was committed, by any process, before the call. Costs
    /// nothing where one process owns the store; else all callers that wait share one question to the database.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    ValueTask CatchUpAsync(CancellationToken cancellation = default);

    /// <summary>The newest version of one object, or null: nothing older than what was committed before.</summary>
    ValueTask<StoredObject?> ReadAsync(ObjectKey key, CancellationToken cancellation = default);

    /// <summary>The newest version of every object, and the revision they all are current at.</summary>
    Task<(IReadOnlyList<StoredObject> Objects, long Revision)> ReadAllAsync(CancellationToken cancellation = default);

    /// <summary>Changes after a revision, oldest first.</summary>
    /// <exception cref="RevisionCompactedException">History does not reach back that far.</exception>
    Task<IReadOnlyList<ObjectChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation = default);

    /// <summary>
    /// Calls back with every change committed from now on, in order, before the commit is acknowledged.
    /// </summary>
    IDisposable Subscribe(Action<IReadOnlyList<ObjectChange>> onChanges);

    /// <summary>Queues reasons for the next transaction; they do not wait for it.</summary>
    void Explain(IReadOnlyList<ReasonRecord> reasons);

    /// <summary>The kept reasons of an object by UID or by key text, oldest first.</summary>
    Task<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation = default);
}
