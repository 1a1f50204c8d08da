using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Writes transactions with statements that are prepared once. Unusable after its first error.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int ReasonPruneMax = 64;

    private readonly SqliteConnection _connection;
    private readonly ObjectStoreOptions _options;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _addChange;
    private readonly SqliteCommand _setObject;
    private readonly SqliteCommand _removeObject;
    private readonly SqliteCommand _addReason;
    private readonly SqliteCommand _pruneRing;
    private readonly SqliteCommand _pruneReasons;
    private readonly SqliteCommand _readOldest;
    private readonly SqliteCommand _removeChange;
    private readonly SqliteCommand _setOldest;
    private long _reasons;

    public SqliteWriter(SqliteConnection connection, ObjectStoreOptions options)
    {
        (_connection, _options) = (connection, options);
        Position = SqliteReader.ReadPosition(connection);
        _reasons = (long)SqliteSchema.Scalar(connection, "SELECT COUNT(*) FROM reasons")!;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _addChange = Prepare(
            "INSERT INTO changes(revision, type, time, previous, grp, plural, ns, name, json) "
            + "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)", 9);
        _setObject = Prepare(
            "INSERT INTO objects(grp, plural, ns, name, revision) VALUES($1, $2, $3, $4, $5) "
            + "ON CONFLICT DO UPDATE SET revision = excluded.revision", 5);
        _removeObject = Prepare("DELETE FROM objects WHERE grp = $1 AND plural = $2 AND ns = $3 AND name = $4", 4);
        _addReason = Prepare(
            "INSERT INTO reasons(ring, uid, subject, time, decision, why, inputs) VALUES($1, $2, $3, $4, $5, $6, $7)",
            7);
        _pruneRing = Prepare(
            "DELETE FROM reasons WHERE ring = $1 AND id <= "
            + "(SELECT id FROM reasons WHERE ring = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)", 2);
        _pruneReasons = Prepare("DELETE FROM reasons WHERE id IN (SELECT id FROM reasons ORDER BY id LIMIT $1)", 1);
        _readOldest = Prepare(
            "SELECT revision, type, previous, time FROM changes WHERE revision > $1 ORDER BY revision LIMIT $2", 2);
        _removeChange = Prepare("DELETE FROM changes WHERE revision = $1", 1);
        _setOldest = Prepare("UPDATE meta SET value = $1 WHERE name = 'oldest'", 1);
    }

    /// <summary>What is durable.</summary>
    public JournalPosition Position { get; private set; }

    /// <summary>Writes one transaction; an exception leaves it open, and closing the connection undoes it.</summary>
    public JournalPosition Append(JournalBatch batch)
    {
        _begin.ExecuteNonQuery();
        foreach (var change in batch.Changes) Write(change);
        var reasons = _reasons;
        foreach (var reason in batch.Reasons) reasons += Write(reason);
        reasons -= PruneReasons(reasons, batch.Reasons.Count);
        var oldest = batch.Compaction is { } step ? Compact(step) : Position.Oldest;
        _commit.ExecuteNonQuery();
        _reasons = reasons;
        return Position = new(batch.Changes.Count > 0 ? batch.Changes[^1].Revision : Position.Revision, oldest);
    }

    public void Dispose()
    {
        foreach (var command in new[]
                 {
                     _begin, _commit, _addChange, _setObject, _removeObject, _addReason, _pruneRing, _pruneReasons,
                     _readOldest, _removeChange, _setOldest,
                 })
        {
            command.Dispose();
        }
        _connection.Dispose();
    }

    private void Write(JournalChange change)
    {
        var key = change.Key;
        var isDeletion = change.Type == ChangeType.Deleted;
        Run(_addChange,
            change.Revision, (int)change.Type, change.Time.UtcTicks, change.PreviousRevision,
            key.Group, key.Plural, key.Namespace, key.Name, isDeletion ? DBNull.Value : Bytes(change.Json));
        if (isDeletion) Run(_removeObject, key.Group, key.Plural, key.Namespace, key.Name);
        else Run(_setObject, key.Group, key.Plural, key.Namespace, key.Name, change.Revision);
    }

    /// <returns>By how many there are more reasons now.</returns>
    private int Write(ReasonRecord reason)
    {
        var ring = reason.Uid.Length > 0 ? reason.Uid : reason.Subject;
        Run(_addReason,
            ring, reason.Uid, reason.Subject, reason.Time.UtcTicks, reason.Decision, reason.Why, reason.Inputs);
        return 1 - Run(_pruneRing, ring, _options.ReasonsPerObjectMax);
    }

    private int PruneReasons(long count, int added)
    {
        var extra = Math.Min(count - _options.ReasonsMax, ReasonPruneMax + added);
        return extra > 0 ? Run(_pruneReasons, extra) : 0;
    }

    private long Compact(CompactionStep step)
    {
        var gone = new List<(long Revision, bool IsDeletion, long Previous)>();
        (_readOldest.Parameters[0].Value, _readOldest.Parameters[1].Value) = (Position.Oldest, step.Limit);
        using (var rows = _readOldest.ExecuteReader())
        {
            while (rows.Read() && (rows.GetInt64(0) <= step.UpTo || rows.GetInt64(3) < step.Before.UtcTicks))
            {
                gone.Add((rows.GetInt64(0), rows.GetInt64(1) == (int)ChangeType.Deleted, rows.GetInt64(2)));
            }
        }
        if (gone.Count == 0) return Position.Oldest;
        foreach (var (revision, isDeletion, previous) in gone)
        {
            if (previous > 0) Run(_removeChange, previous);
            if (isDeletion) Run(_removeChange, revision);
        }
        Run(_setOldest, gone[^1].Revision.ToString());
        return gone[^1].Revision;
    }

    private SqliteCommand Prepare(string sql, int parameters = 0)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        command.Prepare();
        return command;
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> json) =>
        MemoryMarshal.TryGetArray(json, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? array.Array
            : json.ToArray();
}
