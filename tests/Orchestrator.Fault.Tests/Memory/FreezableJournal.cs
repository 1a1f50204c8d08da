using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Fault.Tests.Memory;

/// <summary>
/// A journal whose way can be blocked: from then on every call waits, and no news come, until it is let go. What waited
/// then goes on as if no time had passed, and off the scheduler of the grain that began it, which may be dead by then.
/// </summary>
internal sealed class FreezableJournal(IJournal journal) : IJournal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _frozen;
    private Action<long>? _onRevision;
    private long _unheard;

    public bool IsShared => journal.IsShared;

    /// <summary>Blocks the way.</summary>
    public void Freeze()
    {
        lock (_lock) _frozen ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Lets everything go on.</summary>
    public void Thaw()
    {
        TaskCompletionSource? frozen;
        lock (_lock) (frozen, _frozen) = (_frozen, null);
        frozen?.TrySetResult();
        if (Interlocked.Exchange(ref _unheard, 0) is > 0 and var revision) _onRevision?.Invoke(revision);
    }

    public async Task<JournalContents> OpenAsync(CancellationToken cancellation)
    {
        await PassAsync().ConfigureAwait(false);
        return await journal.OpenAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask<JournalNews> BeginAsync(long known)
    {
        await PassAsync().ConfigureAwait(false);
        return await journal.BeginAsync(known).ConfigureAwait(false);
    }

    public ValueTask EndAsync() => journal.EndAsync();

    public ValueTask<JournalPosition> AppendAsync(JournalBatch batch) => journal.AppendAsync(batch);

    public async ValueTask<JournalRecovery> RecoverAsync(long known)
    {
        await PassAsync().ConfigureAwait(false);
        return await journal.RecoverAsync(known).ConfigureAwait(false);
    }

    public async ValueTask<long> ReadRevisionAsync(CancellationToken cancellation)
    {
        await PassAsync().ConfigureAwait(false);
        return await journal.ReadRevisionAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask<JournalNews> ReadNewsAsync(long known, CancellationToken cancellation)
    {
        await PassAsync().ConfigureAwait(false);
        return await journal.ReadNewsAsync(known, cancellation).ConfigureAwait(false);
    }

    public IAsyncDisposable? Follow(Action<long> onRevision)
    {
        _onRevision = onRevision;
        return journal.Follow(revision =>
        {
            bool isFrozen;
            lock (_lock) isFrozen = _frozen is not null;
            if (isFrozen) Interlocked.Exchange(ref _unheard, revision);
            else onRevision(revision);
        });
    }

    public async ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation)
    {
        await PassAsync().ConfigureAwait(false);
        return await journal.ReadChangesAsync(after, limit, cancellation).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        journal.ReadReasonsAsync(uidOrSubject, limit, cancellation);

    public Task BackupAsync(string path, CancellationToken cancellation) => journal.BackupAsync(path, cancellation);

    public ValueTask DisposeAsync() => journal.DisposeAsync();

    private Task PassAsync()
    {
        lock (_lock) return _frozen?.Task ?? Task.CompletedTask;
    }
}
