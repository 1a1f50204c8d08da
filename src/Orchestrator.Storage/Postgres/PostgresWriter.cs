using System.Runtime.InteropServices;
using System.Text;
using Npgsql;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// The connection that writes: one round trip takes the turn and learns what is new, another writes and commits.
/// Unusable after its first error; closing it undoes what it began.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    private const int NewsMax = 1_000;
    private const int ReasonPruneMax = 64;

    private readonly NpgsqlConnection _connection;
    private readonly ObjectStoreOptions _options;
    private bool _isInTurn;
    private JournalPosition _position = new(0, 0);
    private long _reasons;

    private PostgresWriter(NpgsqlConnection connection, ObjectStoreOptions options) =>
        (_connection, _options) = (connection, options);

    /// <summary>Connects, as one whose turn ends when its process or the way to it stops.</summary>
    public static async Task<PostgresWriter> ConnectAsync(PostgresAddress address, ObjectStoreOptions options)
    {
        var connection = new NpgsqlConnection(address.ConnectionString("orc writer", options.DatabaseTimeout));
        try
        {
            await connection.OpenAsync().ConfigureAwait(false);
            await using var command = new NpgsqlCommand(Session(options), connection);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            return new(connection, options);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes the turn, and reads what others committed after a revision.</summary>
    public async Task<JournalNews> BeginAsync(long known, string? lineage)
    {
        await using var batch = new NpgsqlBatch(_connection);
        batch.BatchCommands.Add(new("BEGIN ISOLATION LEVEL READ COMMITTED"));
        batch.BatchCommands.Add(new("SELECT revision, oldest, reasons, lineage FROM orc.log FOR UPDATE"));
        batch.BatchCommands.Add(PostgresReader.News(known, NewsMax));
        await using var rows = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        _isInTurn = true;
        if (!await rows.ReadAsync().ConfigureAwait(false)) throw new BrokenStoreException("the store has lost its log");
        (_position, _reasons) = (new(rows.GetInt64(0), rows.GetInt64(1)), rows.GetInt64(2));
        if (lineage is not null && rows.GetString(3) != lineage)
        {
            throw new BrokenStoreException(
                "another database has taken the place of the store; restart every process of the cluster");
        }
        await rows.NextResultAsync().ConfigureAwait(false);
        var changes = await PostgresReader.ReadNewsAsync(rows, CancellationToken.None).ConfigureAwait(false);
        return new(changes, _position.Revision, _position.Oldest);
    }

    /// <summary>Ends the turn with nothing written.</summary>
    public async Task EndAsync()
    {
        if (!_isInTurn) return;
        await using var command = new NpgsqlCommand("ROLLBACK", _connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        _isInTurn = false;
    }

    /// <summary>Whether the transaction is there that some connection began at the revision.</summary>
    public async Task<bool> HasAsync(long known, long id)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT EXISTS(SELECT FROM orc.changes WHERE revision > $1 AND batch = $2)
                OR EXISTS(SELECT FROM orc.reasons WHERE batch = $2)
            """, _connection)
        { Parameters = { new() { Value = known }, new() { Value = id } } };
        return (bool)(await command.ExecuteScalarAsync().ConfigureAwait(false))!;
    }

    /// <summary>Writes one transaction and commits it.</summary>
    public async Task<JournalPosition> AppendAsync(JournalBatch entry, long id)
    {
        await using var batch = new NpgsqlBatch(_connection);
        if (entry.Changes.Count > 0) AddChanges(batch, entry.Changes, id);
        if (entry.Reasons.Count > 0) AddReasons(batch, entry.Reasons, id);
        var revision = entry.Changes.Count > 0 ? entry.Changes[^1].Revision : _position.Revision;
        batch.BatchCommands.Add(Advance(revision, entry.Compaction, isNews: entry.Changes.Count > 0));
        batch.BatchCommands.Add(new("COMMIT"));
        var oldest = _position.Oldest;
        await using (var rows = await batch.ExecuteReaderAsync().ConfigureAwait(false))
        {
            // Only one statement answers; the rest is read for its errors.
            do
            {
                while (await rows.ReadAsync().ConfigureAwait(false)) oldest = rows.GetInt64(0);
            } while (await rows.NextResultAsync().ConfigureAwait(false));
        }
        _isInTurn = false;
        return _position = new(revision, oldest);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // A process that stops, or that the network cuts off, loses its turn soon; and a commit is on the disk.
    private static string Session(ObjectStoreOptions options) =>
        $"""
        SET idle_in_transaction_session_timeout = {Milliseconds(options.TurnTimeout)};
        SET statement_timeout = {Milliseconds(options.DatabaseTimeout)};
        SET lock_timeout = {Milliseconds(options.DatabaseTimeout * 0.6)};
        SET tcp_user_timeout = {Milliseconds(options.DatabaseTimeout)};
        SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3;
        SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
        """;

    private static long Milliseconds(TimeSpan span) => Math.Max(1, (long)span.TotalMilliseconds);

    private static void AddChanges(NpgsqlBatch batch, IReadOnlyList<JournalChange> changes, long id)
    {
        batch.BatchCommands.Add(new(
            """
            INSERT INTO orc.changes(revision, type, time, previous, grp, plural, ns, name, json, batch)
            SELECT *, $10 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """)
        {
            Parameters =
            {
                Column(changes, change => change.Revision), Column(changes, change => (short)change.Type),
                Column(changes, change => change.Time.UtcTicks), Column(changes, change => change.PreviousRevision),
                Column(changes, change => change.Key.Group), Column(changes, change => change.Key.Plural),
                Column(changes, change => change.Key.Namespace), Column(changes, change => change.Key.Name),
                Column(changes, change => change.Type == ChangeType.Deleted ? null : Bytes(change.Json)),
                new NpgsqlParameter<long> { TypedValue = id },
            },
        });
        // One statement may touch a row once: only the last state of each object counts.
        var last = new Dictionary<ObjectKey, JournalChange>();
        foreach (var change in changes) last[change.Key] = change;
        var kept = last.Values.Where(change => change.Type != ChangeType.Deleted).ToList();
        var gone = last.Values.Where(change => change.Type == ChangeType.Deleted).ToList();
        if (kept.Count > 0)
        {
            batch.BatchCommands.Add(KeyCommand(
                """
                INSERT INTO orc.objects(grp, plural, ns, name, revision) SELECT * FROM unnest($1, $2, $3, $4, $5)
                ON CONFLICT (grp, plural, ns, name) DO UPDATE SET revision = excluded.revision
                """, kept, Column(kept, change => change.Revision)));
        }
        if (gone.Count == 0) return;
        batch.BatchCommands.Add(KeyCommand(
            """
            DELETE FROM orc.objects o USING unnest($1, $2, $3, $4) AS gone(grp, plural, ns, name)
            WHERE (o.grp, o.plural, o.ns, o.name) = (gone.grp, gone.plural, gone.ns, gone.name)
            """, gone));
    }

    private static NpgsqlBatchCommand KeyCommand(string sql, List<JournalChange> changes, NpgsqlParameter? more = null)
    {
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                Column(changes, change => change.Key.Group), Column(changes, change => change.Key.Plural),
                Column(changes, change => change.Key.Namespace), Column(changes, change => change.Key.Name),
            },
        };
        if (more is not null) command.Parameters.Add(more);
        return command;
    }

    private void AddReasons(NpgsqlBatch batch, IReadOnlyList<ReasonRecord> reasons, long id)
    {
        var rings = reasons.Select(RingOf).ToList();
        batch.BatchCommands.Add(new(
            """
            INSERT INTO orc.reasons(ring, uid, subject, time, decision, why, inputs, batch)
            SELECT ring, uid, subject, time, decision, why, inputs, $8
            FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
                AS new(ring, uid, subject, time, decision, why, inputs, place) ORDER BY place
            """)
        {
            Parameters =
            {
                Column(rings, ring => ring), Column(reasons, reason => Text(reason.Uid)),
                Column(reasons, reason => Text(reason.Subject)), Column(reasons, reason => reason.Time.UtcTicks),
                Column(reasons, reason => Text(reason.Decision)), Column(reasons, reason => Text(reason.Why)),
                Column(reasons, reason => Text(reason.Inputs)), new NpgsqlParameter<long> { TypedValue = id },
            },
        });
        var touched = rings.Distinct().ToList();
        batch.BatchCommands.Add(new(
            """
            WITH gone AS (DELETE FROM orc.reasons r USING unnest($1) AS touched(ring)
                WHERE r.ring = touched.ring AND r.id <=
                    (SELECT id FROM orc.reasons WHERE ring = touched.ring ORDER BY id DESC LIMIT 1 OFFSET $2)
                RETURNING 1)
            UPDATE orc.log SET reasons = reasons + $3 - (SELECT count(*) FROM gone)
            """)
        {
            Parameters =
            {
                Column(touched, ring => ring), new NpgsqlParameter<int> { TypedValue = _options.ReasonsPerObjectMax },
                new NpgsqlParameter<long> { TypedValue = reasons.Count },
            },
        });
        if (_reasons + reasons.Count <= _options.ReasonsMax) return;
        batch.BatchCommands.Add(new(
            """
            WITH gone AS (DELETE FROM orc.reasons WHERE id IN (SELECT id FROM orc.reasons ORDER BY id
                LIMIT (SELECT least($1, greatest(0, reasons - $2)) FROM orc.log)) RETURNING 1)
            UPDATE orc.log SET reasons = reasons - (SELECT count(*) FROM gone)
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = ReasonPruneMax + reasons.Count },
                new NpgsqlParameter<long> { TypedValue = _options.ReasonsMax },
            },
        });
    }

    private static string RingOf(ReasonRecord reason) =>
        Text(reason.Uid.Length > 0 ? reason.Uid : reason.Subject);

    /// <summary>A text without what PostgreSQL refuses to hold.</summary>
    public static string Text(string text)
    {
        if (!text.AsSpan().Contains('\0') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal);
    }

    // Forgets oldest first, and only up to the first change that must stay: the clocks of the writers differ.
    private static NpgsqlBatchCommand Advance(long revision, CompactionStep? step, bool isNews)
    {
        var announce = isNews ? $", pg_notify('{PostgresReader.Channel}', revision::text)" : "";
        var newest = new NpgsqlParameter<long> { TypedValue = revision };
        if (step is null)
        {
            return new($"UPDATE orc.log SET revision = $1 RETURNING oldest{announce}") { Parameters = { newest } };
        }
        return new(
            $"""
            WITH first AS MATERIALIZED (SELECT revision, type, previous, time FROM orc.changes
                WHERE revision > (SELECT oldest FROM orc.log) ORDER BY revision LIMIT $2),
            gone AS MATERIALIZED (SELECT * FROM first WHERE revision < coalesce(
                (SELECT min(revision) FROM first WHERE revision > $3 AND time >= $4), {long.MaxValue})),
            removed AS (DELETE FROM orc.changes WHERE revision IN (SELECT previous FROM gone WHERE previous > 0
                UNION ALL SELECT revision FROM gone WHERE type = {(int)ChangeType.Deleted}))
            UPDATE orc.log SET revision = $1, oldest = greatest(oldest, (SELECT max(revision) FROM gone))
            RETURNING oldest{announce}
            """)
        {
            Parameters =
            {
                newest, new NpgsqlParameter<long> { TypedValue = step.Limit },
                new NpgsqlParameter<long> { TypedValue = step.UpTo },
                new NpgsqlParameter<long> { TypedValue = step.Before.UtcTicks },
            },
        };
    }

    private static NpgsqlParameter<TValue[]> Column<TRow, TValue>(
        IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(rows[i]);
        return new() { TypedValue = column };
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> json) =>
        MemoryMarshal.TryGetArray(json, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? array.Array
            : json.ToArray();
}
