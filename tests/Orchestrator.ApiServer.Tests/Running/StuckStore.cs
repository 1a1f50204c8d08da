using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>A store that can be made to give no answer, as a database behind a broken network.</summary>
internal sealed class StuckStore(IObjectStore store) : IObjectStore
{
    public bool IsStuck { get; set; }

    public long Revision => store.Revision;

    public long OldestRevision => store.OldestRevision;

    public Task OpenAsync(CancellationToken cancellation) => store.OpenAsync(cancellation);

    public Task<StoredObject> CommitAsync(ObjectWrite write, CancellationToken cancellation = default) => IsStuck
        ? Task.FromException<StoredObject>(new StoreUnavailableException("nobody is there"))
        : store.CommitAsync(write, cancellation);

    public ValueTask CatchUpAsync(CancellationToken cancellation = default) =>
        IsStuck ? new(Task.Delay(Timeout.Infinite, cancellation)) : store.CatchUpAsync(cancellation);

    public ValueTask<StoredObject?> ReadAsync(ObjectKey key, CancellationToken cancellation = default) =>
        store.ReadAsync(key, cancellation);

    public Task<(IReadOnlyList<StoredObject> Objects, long Revision)> ReadAllAsync(
        CancellationToken cancellation = default) => store.ReadAllAsync(cancellation);

    public Task<IReadOnlyList<ObjectChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation = default) =>
        store.ReadChangesAsync(after, limit, cancellation);

    public IDisposable Subscribe(Action<IReadOnlyList<ObjectChange>> onChanges) => store.Subscribe(onChanges);

    public void Explain(IReadOnlyList<ReasonRecord> reasons) => store.Explain(reasons);

    public Task<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation = default) =>
        store.ReadReasonsAsync(uidOrSubject, limit, cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
