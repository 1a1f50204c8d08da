using Microsoft.Extensions.Logging;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// The store over a journal. Whoever writes while nobody commits becomes the committer, and commits until nobody waits:
/// so there is one committer at a time, and over a journal in memory a write is done when the call returns. On a shared
/// journal the committer also publishes what other processes wrote: before each transaction, and when it hears of it.
/// </summary>
public sealed class ObjectStore : IObjectStore
{
    private const int WaitingReasonsMax = 10_000;

    private readonly IJournal _journal;
    private readonly ObjectStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ObjectStore> _logger;
    private readonly ReasonQueue _reasons;
    private readonly StoreView _view;
    private readonly StoreCommitter _committer;
    private readonly RevisionQuestion _question;
    private readonly ITimer _flush;
    private readonly SemaphoreSlim _opening = new(1);

    // Guards the queue and who commits.
    private readonly Lock _gate = new();
    private readonly Queue<PendingWrite> _waiting = [];
    private bool _isCommitting;
    private bool _mustFlush;
    private string? _closed = "the store is not open yet";
    private long _heardOf;
    private TaskCompletionSource? _idle;

    private IAsyncDisposable? _following;
    private bool _isOpen;
    private bool _isDisposed;

    /// <summary>A store over the journal; <see cref="OpenAsync"/> comes first.</summary>
    public ObjectStore(IJournal journal, ObjectStoreOptions options, TimeProvider time, ILogger<ObjectStore> logger)
    {
        (_journal, _options, _time, _logger) = (journal, options, time, logger);
        _reasons = new(WaitingReasonsMax, logger);
        _view = new(logger, options.Outcomes);
        _committer = new(journal, _view, _reasons, options, time, logger);
        _question = new(() => _journal.ReadRevisionAsync(CancellationToken.None), options.Outcomes);
        _flush = time.CreateTimer(_ => FlushReasons(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public long Revision => _view.Revision;

    /// <inheritdoc />
    public long OldestRevision => _view.Position.Oldest;

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_isOpen) return;
            var contents = await _journal.OpenAsync(cancellation);
            var objects = JournalReading.ParseAll(contents.Objects);
            _view.Load(objects, contents.Position);
            lock (_gate) _closed = null;
            _isOpen = true;
            _following = _journal.Follow(Hear);
            _logger.LogInformation("Store open: {Objects} objects at revision {Revision}", objects.Count, Revision);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc />
    public Task<StoredObject> CommitAsync(ObjectWrite write, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested) return Task.FromCanceled<StoredObject>(cancellation);
        var pending = new PendingWrite(write, _options.Outcomes, cancellation);
        lock (_gate)
        {
            if (_closed is not null) return Task.FromException<StoredObject>(new StoreUnavailableException(_closed));
            _waiting.Enqueue(pending);
        }
        CommitWaiting();
        return pending.Done;
    }

    /// <inheritdoc />
    public ValueTask CatchUpAsync(CancellationToken cancellation = default)
    {
        if (_journal.IsShared) return new(CatchUpWithOthersAsync(cancellation));
        // What was written without an answer may be durable: who decides without it does it twice.
        if (_committer.IsUnsettled) Hear(Math.Max(1, Revision));
        return _committer.IsUnsettled
            ? ValueTask.FromException(new StoreUnavailableException("the store does not answer; try again"))
            : ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask<StoredObject?> ReadAsync(ObjectKey key, CancellationToken cancellation = default)
    {
        if (_journal.IsShared) await CatchUpWithOthersAsync(cancellation);
        return _view.Find(key);
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<StoredObject> Objects, long Revision)> ReadAllAsync(
        CancellationToken cancellation = default) => Task.FromResult(_view.All());

    /// <inheritdoc />
    public async Task<IReadOnlyList<ObjectChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation = default)
    {
        var (newest, oldest) = _view.Position;
        if (after < oldest) throw new RevisionCompactedException(after, oldest);
        // What is durable but not yet announced stays unseen.
        var count = (int)Math.Min(limit, newest - after);
        if (count <= 0) return [];
        var changes = await _journal.ReadChangesAsync(after, count, cancellation);
        // The committer may have forgotten them meanwhile.
        if (changes.Count == 0 || changes[0].Revision != after + 1)
        {
            throw new RevisionCompactedException(after, OldestRevision);
        }
        return [.. changes.Select(JournalReading.Parse)];
    }

    /// <inheritdoc />
    public IDisposable Subscribe(Action<IReadOnlyList<ObjectChange>> onChanges) => _view.Subscribe(onChanges);

    /// <inheritdoc />
    public void Explain(IReadOnlyList<ReasonRecord> reasons)
    {
        if (_reasons.Add(reasons)) _flush.Change(_options.ReasonDelay, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation = default)
    {
        var waiting = _reasons.Of(uidOrSubject);
        var stored = await _journal.ReadReasonsAsync(uidOrSubject, limit, cancellation);
        return waiting.Count == 0 ? stored : [.. stored.Concat(waiting.Except(stored)).TakeLast(limit)];
    }

    /// <summary>Writes everything, as of one revision, to one new file, while the store goes on.</summary>
    public Task BackupAsync(string path, CancellationToken cancellation = default) =>
        _journal.BackupAsync(path, cancellation);

    /// <summary>Refuses further writes, commits those that wait, and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        Task idle;
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _closed = "the store is closed";
            _mustFlush = _isOpen;
            _idle ??= new(_options.Outcomes);
            idle = _idle.Task;
        }
        if (_following is not null) await _following.DisposeAsync();
        CommitWaiting();
        await idle;
        await _flush.DisposeAsync();
        await _journal.DisposeAsync();
        _opening.Dispose();
    }

    private async Task CatchUpWithOthersAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_closed is not null) throw new StoreUnavailableException(_closed);
        }
        var question = _question.AskAsync();
        // Nothing to wait for, so no clock: a journal in memory answers at once.
        if (question.IsCompletedSuccessfully && _view.Published >= question.Result) return;
        using var deadline = new CancellationTokenSource(_options.CatchUpTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var newest = await question.WaitAsync(either.Token);
            Hear(newest);
            await _view.WaitForAsync(newest, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                _closed ?? $"the store does not answer within {_options.CatchUpTimeout.TotalSeconds} s; try again");
        }
        catch (Exception error) when (error is not (OperationCanceledException or StoreUnavailableException))
        {
            throw new StoreUnavailableException($"the store does not answer: {error.Message}; try again", error);
        }
    }

    /// <summary>Has the committer publish what others wrote, up to a revision that is known to be there.</summary>
    private void Hear(long revision)
    {
        lock (_gate)
        {
            if (_closed is not null || (revision <= Revision && !_committer.IsUnsettled)) return;
            _heardOf = Math.Max(_heardOf, revision);
        }
        CommitWaiting();
    }

    private void FlushReasons()
    {
        lock (_gate)
        {
            if (_closed is not null) return;
            _mustFlush = true;
        }
        CommitWaiting();
    }

    private void CommitWaiting()
    {
        lock (_gate)
        {
            if (_isCommitting) return;
            _isCommitting = true;
        }
        // The committer works for everyone: it must not carry one writer's context along.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = CommitUntilIdleAsync();
            return;
        }
        using (ExecutionContext.SuppressFlow()) _ = CommitUntilIdleAsync();
    }

    private async Task CommitUntilIdleAsync()
    {
        while (Take() is { } round)
        {
            try
            {
                // Without the caller's scheduler: the committer goes on when the grain that began it has moved on.
                await _committer.RunAsync(round).ConfigureAwait(false);
                if (_reasons.HasWaiting) _flush.Change(_options.ReasonDelay, Timeout.InfiniteTimeSpan);
            }
            catch (Exception bug)
            {
                _logger.LogCritical(bug, "The committer failed; the store takes no more writes");
                Stop(round.Writes, bug);
                await _committer.EndTurnAsync().ConfigureAwait(false);
            }
        }
    }

    private void Stop(List<PendingWrite> writes, Exception bug)
    {
        var why = bug is BrokenStoreException or StoreOpenException
            ? bug.Message
            : "the store stopped after an internal error, see the log; restart the process";
        lock (_gate)
        {
            _closed = why;
            writes.AddRange(_waiting);
            _waiting.Clear();
        }
        var error = new StoreUnavailableException(why, bug) { IsOutcomeUnknown = true };
        foreach (var write in writes.Where(write => !write.Done.IsCompleted)) write.Fail(error);
    }

    /// <summary>What the committer does next; null when nothing waits.</summary>
    private CommitRound? Take()
    {
        lock (_gate)
        {
            var heardOf = _closed is null && (_heardOf > Revision || _committer.IsUnsettled) ? _heardOf : 0;
            _heardOf = 0;
            if (_waiting.Count == 0 && !_mustFlush && heardOf == 0)
            {
                _isCommitting = false;
                if (_closed is not null) _idle?.TrySetResult();
                return null;
            }
            var round = new CommitRound(new(Math.Min(_waiting.Count, _options.BatchMax)), _mustFlush, heardOf);
            _mustFlush = false;
            while (round.Writes.Count < _options.BatchMax && _waiting.TryDequeue(out var write))
            {
                if (write.Cancellation.IsCancellationRequested) write.Cancel();
                else round.Writes.Add(write);
            }
            return round;
        }
    }
}
