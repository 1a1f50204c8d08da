using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// The store over a journal. Whoever writes while nobody commits becomes the committer, and commits until nobody waits:
/// so there is one committer at a time, and over a journal in memory a write is done when the call returns.
/// </summary>
public sealed class ObjectStore : IObjectStore
{
    private const int WaitingReasonsMax = 10_000;
    private const int ReasonBatchMax = 1_024;

    private readonly IJournal _journal;
    private readonly ObjectStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ObjectStore> _logger;
    private readonly ReasonQueue _reasons;
    private readonly CompactionClock _compaction;
    private readonly ITimer _flush;
    private readonly SemaphoreSlim _opening = new(1);

    // Guards the queue and who commits.
    private readonly Lock _gate = new();
    private readonly Queue<PendingWrite> _waiting = [];
    private bool _isCommitting;
    private bool _mustFlush;
    private string? _closed = "the store is not open yet";
    private TaskCompletionSource? _idle;

    // Guards what readers see; written by the committer alone.
    private readonly Lock _view = new();
    private readonly Dictionary<ObjectKey, StoredObject> _current = [];
    private JournalPosition _position = new(0, 0);
    private ImmutableArray<Action<IReadOnlyList<ObjectChange>>> _subscribers = [];

    private CommitPlan? _unsettled;
    private bool _isOpen;
    private bool _isDisposed;

    /// <summary>A store over the journal; <see cref="OpenAsync"/> comes first.</summary>
    public ObjectStore(IJournal journal, ObjectStoreOptions options, TimeProvider time, ILogger<ObjectStore> logger)
    {
        (_journal, _options, _time, _logger) = (journal, options, time, logger);
        _reasons = new(WaitingReasonsMax, logger);
        _compaction = new(options);
        _flush = time.CreateTimer(_ => FlushReasons(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public long Revision => Volatile.Read(ref _position).Revision;

    /// <inheritdoc />
    public long OldestRevision => Volatile.Read(ref _position).Oldest;

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_isOpen) return;
            var contents = await _journal.OpenAsync(cancellation);
            var objects = ParseAll(contents.Objects);
            lock (_view)
            {
                foreach (var obj in objects) _current.Add(obj.Key, obj);
                Volatile.Write(ref _position, contents.Position);
            }
            lock (_gate) _closed = null;
            _isOpen = true;
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
        var pending = new PendingWrite(write, cancellation);
        lock (_gate)
        {
            if (_closed is not null) return Task.FromException<StoredObject>(new StoreUnavailableException(_closed));
            _waiting.Enqueue(pending);
        }
        CommitWaiting();
        return pending.Done;
    }

    /// <inheritdoc />
    public ValueTask CatchUpAsync(CancellationToken cancellation = default) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public ValueTask<StoredObject?> ReadAsync(ObjectKey key, CancellationToken cancellation = default)
    {
        lock (_view) return ValueTask.FromResult(_current.GetValueOrDefault(key));
    }

    /// <inheritdoc />
    public Task<(IReadOnlyList<StoredObject> Objects, long Revision)> ReadAllAsync(
        CancellationToken cancellation = default)
    {
        lock (_view) return Task.FromResult<(IReadOnlyList<StoredObject>, long)>(([.. _current.Values], Revision));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ObjectChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation = default)
    {
        var (newest, oldest) = Volatile.Read(ref _position);
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
        return [.. changes.Select(Parse)];
    }

    /// <inheritdoc />
    public IDisposable Subscribe(Action<IReadOnlyList<ObjectChange>> onChanges)
    {
        ImmutableInterlocked.Update(ref _subscribers, list => list.Add(onChanges));
        return new Subscription(() => ImmutableInterlocked.Update(ref _subscribers, list => list.Remove(onChanges)));
    }

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
            _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }
        CommitWaiting();
        await idle;
        await _flush.DisposeAsync();
        await _journal.DisposeAsync();
        _opening.Dispose();
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
        while (Take() is { } batch)
        {
            try
            {
                // Without the caller's scheduler: the committer goes on when the grain that began it has moved on.
                await CommitBatchAsync(batch).ConfigureAwait(false);
                if (_reasons.HasWaiting) _flush.Change(_options.ReasonDelay, Timeout.InfiniteTimeSpan);
            }
            catch (Exception bug)
            {
                _logger.LogCritical(bug, "The committer failed; the store takes no more writes");
                Stop(batch, bug);
            }
        }
    }

    private void Stop(List<PendingWrite> batch, Exception bug)
    {
        const string Why = "the store stopped after an internal error, see the log; restart the process";
        lock (_gate)
        {
            _closed = Why;
            batch.AddRange(_waiting);
            _waiting.Clear();
        }
        var error = new StoreUnavailableException(Why, bug) { IsOutcomeUnknown = true };
        foreach (var write in batch.Where(write => !write.Done.IsCompleted)) write.Fail(error);
    }

    /// <summary>The next writes to go together; none of them when only reasons wait; null when nothing does.</summary>
    private List<PendingWrite>? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && !_mustFlush)
            {
                _isCommitting = false;
                if (_closed is not null) _idle?.TrySetResult();
                return null;
            }
            _mustFlush = false;
            var batch = new List<PendingWrite>(Math.Min(_waiting.Count, _options.BatchMax));
            while (batch.Count < _options.BatchMax && _waiting.TryDequeue(out var write))
            {
                if (write.Cancellation.IsCancellationRequested) write.Cancel();
                else batch.Add(write);
            }
            return batch;
        }
    }

    private async ValueTask CommitBatchAsync(List<PendingWrite> batch)
    {
        if (await SettleAsync().ConfigureAwait(false) is { } trouble)
        {
            foreach (var write in batch) write.Fail(trouble);
            return;
        }
        var now = _time.GetUtcNow();
        var plan = new CommitPlan(_current, Revision, now);
        foreach (var write in batch) plan.Add(write);
        var waiting = _reasons.Peek(ReasonBatchMax);
        if (plan.Changes.Count + plan.Reasons.Count + waiting.Count > 0)
        {
            var step = _compaction.Step(plan.Revision, OldestRevision, plan.Changes.Count, now);
            var entry = new JournalBatch(plan.ForJournal(), [.. waiting, .. plan.Reasons], step);
            if (await AppendAsync(plan, entry).ConfigureAwait(false) is { } error)
            {
                foreach (var write in batch) write.Fail(error);
                return;
            }
            _reasons.Remove(waiting.Count);
        }
        foreach (var write in batch) write.Acknowledge();
    }

    private async ValueTask<StoreUnavailableException?> AppendAsync(CommitPlan plan, JournalBatch entry)
    {
        try
        {
            var position = await _journal.AppendAsync(entry).ConfigureAwait(false);
            Publish(plan, position);
            return null;
        }
        catch (Exception error)
        {
            _logger.LogError(error, "A transaction of {Changes} changes failed", entry.Changes.Count);
            _unsettled = plan;
            var stillUnknown = await SettleAsync().ConfigureAwait(false);
            // Whoever settled it published it: then the writers have what they wanted.
            if (stillUnknown is null && Revision == plan.Revision && plan.Changes.Count > 0) return null;
            return new($"the store could not commit: {error.Message}; try again", error)
            {
                IsOutcomeUnknown = stillUnknown is not null,
            };
        }
    }

    /// <summary>Finds out whether the transaction that failed is in the journal all the same.</summary>
    /// <returns>Null when everything is known.</returns>
    private async ValueTask<StoreUnavailableException?> SettleAsync()
    {
        if (_unsettled is not { } plan) return null;
        try
        {
            var found = await _journal.RecoverAsync().ConfigureAwait(false);
            if (found.Revision == plan.Revision) Publish(plan, found);
            else if (found.Revision != Revision)
                throw new BrokenStoreException(Revision, plan.Revision, found.Revision);
            _unsettled = null;
            return null;
        }
        catch (Exception error) when (error is not BrokenStoreException)
        {
            _logger.LogError(error, "The store does not answer");
            return new($"the store does not answer: {error.Message}; try again", error);
        }
    }

    private void Publish(CommitPlan plan, JournalPosition position)
    {
        lock (_view)
        {
            foreach (var change in plan.Changes)
            {
                if (change.Type == ChangeType.Deleted) _current.Remove(change.Object.Key);
                else _current[change.Object.Key] = change.Object;
            }
            Volatile.Write(ref _position, position);
        }
        if (plan.Changes.Count == 0) return;
        foreach (var subscriber in _subscribers)
        {
            try
            {
                subscriber(plan.Changes);
            }
            catch (Exception bug)
            {
                // The write is durable: it stays acknowledged, and the others hear of it.
                _logger.LogCritical(bug, "A subscriber failed on revisions up to {Revision}", plan.Revision);
            }
        }
    }

    private static List<StoredObject> ParseAll(IReadOnlyList<JournalObject> objects)
    {
        try
        {
            return [.. objects.AsParallel().AsOrdered().Select(Parse)];
        }
        catch (AggregateException errors) when (errors.InnerException is StoreOpenException unreadable)
        {
            throw new StoreOpenException(unreadable.Message, unreadable);
        }
    }

    private static StoredObject Parse(JournalObject obj) => Parse(obj.Key, obj.Revision, obj.Json);

    private static StoredObject Parse(ObjectKey key, long revision, ReadOnlyMemory<byte> json)
    {
        try
        {
            return CommitPlan.Versioned(key, revision, ApiJson.Read(KindRegistry.Of(key), json.Span), json);
        }
        catch (Exception error) when (error is ArgumentException or System.Text.Json.JsonException)
        {
            throw new StoreOpenException(
                $"the store holds {key} at revision {revision}, which this version cannot read ({error.Message}); "
                + "start the version that wrote it, or restore a backup", error);
        }
    }

    private static ObjectChange Parse(JournalChange change) => new(
        change.Type, change.Revision, Parse(change.Key, change.Revision, change.Json),
        change.PreviousRevision == 0 ? null : Parse(change.Key, change.PreviousRevision, change.PreviousJson));

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private sealed class BrokenStoreException(long before, long wanted, long found) : Exception(
        $"the journal is at revision {found}; the store left it at {before} or {wanted}: another process wrote to it");
}
