using Npgsql;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Postgres;

/// <summary>Reads beside the writer, through connections of its own; tries a fresh one before it gives up.</summary>
internal sealed class PostgresReader(PostgresAddress address, ObjectStoreOptions options) : IAsyncDisposable
{
    /// <summary>Where commits are announced.</summary>
    public const string Channel = "orc";

    private const int NewsMax = 1_000;
    private const int ConnectionsMax = 4;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(
        address.ConnectionString("orc reader", options.CatchUpTimeout, ConnectionsMax));

    /// <summary>The statement that asks for what is new.</summary>
    public static NpgsqlBatchCommand News(long known, int limit) => new(
        """
        SELECT grp, plural, ns, name, revision, type, time, previous, json FROM orc.changes
        WHERE revision > $1 ORDER BY revision LIMIT $2
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<long> { TypedValue = known }, new NpgsqlParameter<long> { TypedValue = limit },
        },
    };

    public static async Task<List<JournalChange>> ReadNewsAsync(
        NpgsqlDataReader rows, CancellationToken cancellation)
    {
        var changes = new List<JournalChange>();
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
        {
            changes.Add(new(
                (ChangeType)rows.GetInt16(5), rows.GetInt64(4), KeyAt(rows), BytesAt(rows, 8), rows.GetInt64(7),
                default, new(rows.GetInt64(6), TimeSpan.Zero)));
        }
        return changes;
    }

    public Task<long> ReadRevisionAsync(CancellationToken cancellation) => TryAsync(async connection =>
    {
        await using var command = new NpgsqlCommand("SELECT revision FROM orc.log", connection);
        return (long)(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false))!;
    }, cancellation);

    public Task<JournalNews> ReadNewsAsync(long known, CancellationToken cancellation) => TryAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        // The position first: what is committed in between is then in the changes, never missing from them.
        batch.BatchCommands.Add(new("SELECT revision, oldest FROM orc.log"));
        batch.BatchCommands.Add(News(known, NewsMax));
        await using var rows = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await rows.ReadAsync(cancellation).ConfigureAwait(false);
        var (newest, oldest) = (rows.GetInt64(0), rows.GetInt64(1));
        await rows.NextResultAsync(cancellation).ConfigureAwait(false);
        var changes = await ReadNewsAsync(rows, cancellation).ConfigureAwait(false);
        if (changes.Count > 0) newest = Math.Max(newest, changes[^1].Revision);
        return new JournalNews(changes, newest, oldest);
    }, cancellation);

    public Task<List<JournalChange>> ReadChangesAsync(long after, int limit, CancellationToken cancellation) =>
        TryAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT c.grp, c.plural, c.ns, c.name, c.revision, c.type, c.time, c.previous, c.json, p.json
                FROM orc.changes c LEFT JOIN orc.changes p ON p.revision = c.previous
                WHERE c.revision > $1 AND c.revision > (SELECT oldest FROM orc.log) ORDER BY c.revision LIMIT $2
                """, connection)
            {
                Parameters = { new() { Value = after }, new() { Value = (long)limit } },
                CommandTimeout = (int)Math.Ceiling(options.DatabaseTimeout.TotalSeconds),
            };
            await using var rows = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var changes = new List<JournalChange>();
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            {
                var previous = BytesAt(rows, 9);
                changes.Add(new(
                    (ChangeType)rows.GetInt16(5), rows.GetInt64(4), KeyAt(rows),
                    // A deletion has no JSON of its own: its last state is the version before it.
                    await rows.IsDBNullAsync(8, cancellation).ConfigureAwait(false) ? previous : BytesAt(rows, 8),
                    rows.GetInt64(7), previous, new(rows.GetInt64(6), TimeSpan.Zero)));
            }
            return changes;
        }, cancellation);

    public Task<List<ReasonRecord>> ReadReasonsAsync(string uidOrSubject, int limit, CancellationToken cancellation) =>
        TryAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT time, uid, subject, decision, why, inputs FROM orc.reasons
                WHERE ring = $1 OR subject = $1 ORDER BY id DESC LIMIT $2
                """, connection)
            {
                Parameters = { new() { Value = uidOrSubject }, new() { Value = (long)limit } },
            };
            await using var rows = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var reasons = new List<ReasonRecord>();
            while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            {
                reasons.Add(new(
                    new(rows.GetInt64(0), TimeSpan.Zero), rows.GetString(1), rows.GetString(2), rows.GetString(3),
                    rows.GetString(4), rows.GetString(5)));
            }
            reasons.Reverse();
            return reasons;
        }, cancellation);

    /// <summary>Everything as of one revision.</summary>
    public static async Task<(JournalContents Contents, string Lineage)> ReadAllAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, cancellation);
        var objects = new List<JournalObject>();
        JournalPosition position;
        string lineage;
        await using (var log = new NpgsqlCommand("SELECT revision, oldest, lineage FROM orc.log", connection))
        await using (var rows = await log.ExecuteReaderAsync(cancellation))
        {
            if (!await rows.ReadAsync(cancellation)) throw new InvalidOperationException("the table orc.log is empty");
            (position, lineage) = (new(rows.GetInt64(0), rows.GetInt64(1)), rows.GetString(2));
        }
        await using (var all = new NpgsqlCommand(
            """
            SELECT o.grp, o.plural, o.ns, o.name, o.revision, c.json
            FROM orc.objects o JOIN orc.changes c ON c.revision = o.revision ORDER BY o.revision
            """, connection)
        { CommandTimeout = 0 })
        await using (var rows = await all.ExecuteReaderAsync(cancellation))
        {
            while (await rows.ReadAsync(cancellation))
                objects.Add(new(KeyAt(rows), rows.GetInt64(4), BytesAt(rows, 5)));
        }
        await transaction.CommitAsync(cancellation);
        return (new(objects, position), lineage);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> TryAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            try
            {
                return await OnceAsync(read, cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresTrouble.IsBrokenConnection(error))
            {
                // The server may have been restarted since the pool was filled.
                _source.Clear();
                return await OnceAsync(read, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is NpgsqlException or IOException or System.Net.Sockets.SocketException
            or TimeoutException)
        {
            throw PostgresTrouble.ToUse(address, error);
        }
    }

    private async Task<T> OnceAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        return await read(connection).ConfigureAwait(false);
    }

    private static ObjectKey KeyAt(NpgsqlDataReader rows) => new(
        string.Intern(rows.GetString(0)), string.Intern(rows.GetString(1)), rows.GetString(2), rows.GetString(3));

    private static ReadOnlyMemory<byte> BytesAt(NpgsqlDataReader rows, int column) =>
        rows.IsDBNull(column) ? default : rows.GetFieldValue<byte[]>(column);
}
