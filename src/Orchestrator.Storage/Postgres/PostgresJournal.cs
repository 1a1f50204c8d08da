using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// A journal in a PostgreSQL database that the stores of many processes share. One connection writes, one listens, a
/// few read; each is made anew when it breaks.
/// </summary>
public sealed class PostgresJournal : IJournal
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    private readonly PostgresAddress _address;
    private readonly ObjectStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresJournal> _logger;
    private readonly PostgresReader _reader;
    private PostgresWriter? _writer;
    private string? _lineage;
    private long? _attempt;
    private TimeSpan _pause = PauseMin;
    private (long Since, StoreUnavailableException Why)? _failed;

    /// <summary>A journal in the database of the options.</summary>
    /// <exception cref="StoreOpenException">The connection string cannot be used.</exception>
    public PostgresJournal(ObjectStoreOptions options, TimeProvider time, ILogger<PostgresJournal> logger)
    {
        var text = options.ConnectionString ?? throw new ArgumentException("no connection string is set");
        (_address, _options, _time, _logger) = (PostgresAddress.Parse(text), options, time, logger);
        _reader = new(_address, options);
    }

    /// <inheritdoc />
    public bool IsShared => true;

    /// <inheritdoc />
    public async Task<JournalContents> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await PostgresDatabase.OpenAsync(_address, _options, cancellation);
            await PostgresDatabase.CheckClockAsync(connection, _address, _options, _time, cancellation);
            var (contents, lineage) = await PostgresReader.ReadAllAsync(connection, cancellation);
            _lineage = lineage;
            return contents;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            throw PostgresTrouble.ToOpen(_address, error);
        }
    }

    /// <inheritdoc />
    public async ValueTask<JournalNews> BeginAsync(long known)
    {
        _attempt = null;
        if (_writer is not null)
        {
            try
            {
                return await _writer.BeginAsync(known, _lineage).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                await DropAsync().ConfigureAwait(false);
                // The server may have been restarted since: nothing is written yet, so it is asked again.
                if (!PostgresTrouble.IsBrokenConnection(error)) throw await ExplainAsync(error).ConfigureAwait(false);
            }
        }
        await ConnectAsync().ConfigureAwait(false);
        try
        {
            return await _writer!.BeginAsync(known, _lineage).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await DropAsync().ConfigureAwait(false);
            throw await ExplainAsync(error).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask EndAsync()
    {
        if (_writer is null) return;
        try
        {
            await _writer.EndAsync().ConfigureAwait(false);
        }
        catch
        {
            await DropAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask<JournalPosition> AppendAsync(JournalBatch batch)
    {
        var writer = _writer ?? throw new InvalidOperationException("the writers' turn is not held");
        var attempt = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        _attempt = attempt;
        try
        {
            return await writer.AppendAsync(batch, attempt).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw await ExplainAsync(error).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async ValueTask<JournalRecovery> RecoverAsync(long known)
    {
        await DropAsync().ConfigureAwait(false);
        await ConnectAsync().ConfigureAwait(false);
        try
        {
            // The transaction in doubt held the turn: who gets it now knows that the other has ended, one way or the
            // other, and finds its mark if it was committed.
            var news = await _writer!.BeginAsync(known, _lineage).ConfigureAwait(false);
            var isCommitted = _attempt is { } attempt && await _writer.HasAsync(known, attempt).ConfigureAwait(false);
            await _writer.EndAsync().ConfigureAwait(false);
            return new(isCommitted, new(news.Newest, news.Oldest!.Value));
        }
        catch (Exception error)
        {
            await DropAsync().ConfigureAwait(false);
            throw await ExplainAsync(error).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellation) =>
        new(_reader.ReadRevisionAsync(cancellation));

    /// <inheritdoc />
    public ValueTask<JournalNews> ReadNewsAsync(long known, CancellationToken cancellation) =>
        new(_reader.ReadNewsAsync(known, cancellation));

    /// <inheritdoc />
    public IAsyncDisposable? Follow(Action<long> onRevision) =>
        new PostgresFollower(_address, _options, _logger, onRevision);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation) =>
        await _reader.ReadChangesAsync(after, limit, cancellation);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        await _reader.ReadReasonsAsync(uidOrSubject, limit, cancellation);

    /// <inheritdoc />
    public Task BackupAsync(string path, CancellationToken cancellation) =>
        StoreCopy.ToSqliteAsync(_address, path, _ => { }, cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        await _reader.DisposeAsync();
    }

    /// <summary>Connects the writer; soon after a failure it fails at once, so that nobody waits in vain.</summary>
    private async Task ConnectAsync()
    {
        if (_failed is { } failed && _time.GetElapsedTime(failed.Since) < _pause) throw failed.Why;
        try
        {
            _writer = await PostgresWriter.ConnectAsync(_address, _options).ConfigureAwait(false);
            (_failed, _pause) = (null, PauseMin);
        }
        catch (Exception error)
        {
            if (_failed is not null) _pause = _pause * 2 < PauseMax ? _pause * 2 : PauseMax;
            var why = PostgresTrouble.ToUse(_address, error);
            _failed = (_time.GetTimestamp(), why);
            throw why;
        }
    }

    private async Task<Exception> ExplainAsync(Exception error)
    {
        if (error is BrokenStoreException) return error;
        if (error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
            await PostgresDatabase.EndStuckWritersAsync(_address, _options, _logger).ConfigureAwait(false);
        return PostgresTrouble.ToUse(_address, error);
    }

    private async Task DropAsync()
    {
        if (_writer is not { } writer) return;
        _writer = null;
        try
        {
            await writer.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // It is broken: that is why it is dropped.
            _logger.LogDebug(error, "A connection did not close as it should");
        }
    }
}
