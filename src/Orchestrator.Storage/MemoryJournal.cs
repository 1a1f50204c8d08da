using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// A journal in memory. Appends complete at once on the caller's thread, so that a simulation stays deterministic;
/// disposing keeps the log, so that a store can be opened on it again.
/// </summary>
public sealed class MemoryJournal : IJournal
{
    private const int NewsMax = 1_000;

    private readonly MemoryLog _log;
    private readonly Func<TimeSpan>? _feedDelay;
    private readonly TimeProvider _time;
    private MemoryFollower? _follower;
    private bool _hasTurn;
    private long _appended;

    /// <summary>A journal of one store, over a log of its own.</summary>
    public MemoryJournal(ObjectStoreOptions options) => (_log, _time) = (new(options), TimeProvider.System);

    /// <summary>
    /// One store's journal over a log that several stores of this process share.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="time">The clock that delays run by.</param>
    /// <param name="feedDelay">
    /// How late this store hears of an append of another; asked per append. Null means at once, on the writer's thread.
    /// </param>
    public MemoryJournal(MemoryLog log, TimeProvider time, Func<TimeSpan>? feedDelay = null) =>
        (_log, _time, _feedDelay, IsShared) = (log, time, feedDelay, true);

    /// <inheritdoc />
    public bool IsShared { get; }

    /// <inheritdoc />
    public Task<JournalContents> OpenAsync(CancellationToken cancellation) => Task.FromResult(_log.Read());

    /// <inheritdoc />
    public async ValueTask<JournalNews> BeginAsync(long known)
    {
        // Completes at once unless another store is in its turn.
        await _log.Turn.EnterAsync().ConfigureAwait(false);
        _hasTurn = true;
        return _log.ReadNews(known, NewsMax);
    }

    /// <inheritdoc />
    public ValueTask EndAsync()
    {
        if (_hasTurn)
        {
            _hasTurn = false;
            _log.Turn.Leave();
        }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask<JournalPosition> AppendAsync(JournalBatch batch)
    {
        var position = _log.Append(batch);
        if (batch.Changes.Count > 0) _appended = batch.Changes[^1].Revision;
        await EndAsync().ConfigureAwait(false);
        // After the turn: who hears of it may want to write.
        if (batch.Changes.Count > 0) _log.Announce(position.Revision, _follower);
        return position;
    }

    /// <inheritdoc />
    public async ValueTask<JournalRecovery> RecoverAsync(long known)
    {
        await EndAsync().ConfigureAwait(false);
        return new(_appended > known, _log.Position);
    }

    /// <inheritdoc />
    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellation) =>
        ValueTask.FromResult(_log.Position.Revision);

    /// <inheritdoc />
    public ValueTask<JournalNews> ReadNewsAsync(long known, CancellationToken cancellation) =>
        ValueTask.FromResult(_log.ReadNews(known, NewsMax));

    /// <inheritdoc />
    public IAsyncDisposable? Follow(Action<long> onRevision) =>
        IsShared ? _follower = new MemoryFollower(_log, _time, _feedDelay, onRevision) : null;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<JournalChange>>(_log.ReadChanges(after, limit));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<ReasonRecord>>(_log.ReadReasons(uidOrSubject, limit));

    /// <inheritdoc />
    public Task BackupAsync(string path, CancellationToken cancellation) =>
        throw new NotSupportedException(
            $"cannot back up to \"{path}\": the store is in memory; give it a data directory to make backups");

    /// <inheritdoc />
    public ValueTask DisposeAsync() => EndAsync();
}
