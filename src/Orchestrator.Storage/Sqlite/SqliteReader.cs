using Microsoft.Data.Sqlite;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Reads beside the writer, through a connection of its own.</summary>
internal sealed class SqliteReader(SqliteConnection connection) : IDisposable
{
    public static JournalPosition ReadPosition(SqliteConnection connection)
    {
        var oldest =
            long.Parse((string)SqliteSchema.Scalar(connection, "SELECT value FROM meta WHERE name = 'oldest'")!);
        var newest = SqliteSchema.Scalar(connection, "SELECT MAX(revision) FROM changes") as long? ?? 0;
        return new(Math.Max(newest, oldest), oldest);
    }

    public List<JournalObject> ReadObjects()
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT o.grp, o.plural, o.ns, o.name, o.revision, c.json
            FROM objects o JOIN changes c ON c.revision = o.revision ORDER BY o.revision
            """;
        using var rows = command.ExecuteReader();
        var objects = new List<JournalObject>();
        while (rows.Read()) objects.Add(new(KeyAt(rows, 0), rows.GetInt64(4), BytesAt(rows, 5)));
        return objects;
    }

    public IReadOnlyList<JournalChange> ReadChanges(long after, int limit)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT c.grp, c.plural, c.ns, c.name, c.revision, c.type, c.time, c.previous, c.json, p.json
            FROM changes c LEFT JOIN changes p ON p.revision = c.previous
            WHERE c.revision > $after AND c.revision > (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'oldest')
            ORDER BY c.revision LIMIT $limit
            """;
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$limit", limit);
        using var rows = command.ExecuteReader();
        var changes = new List<JournalChange>();
        while (rows.Read())
        {
            var previous = BytesAt(rows, 9);
            changes.Add(new(
                (ChangeType)rows.GetInt32(5), rows.GetInt64(4), KeyAt(rows, 0),
                // A deletion has no JSON of its own: its last state is the version before it.
                rows.IsDBNull(8) ? previous : BytesAt(rows, 8),
                rows.GetInt64(7), previous, new(rows.GetInt64(6), TimeSpan.Zero)));
        }
        return changes;
    }

    public IReadOnlyList<ReasonRecord> ReadReasons(string uidOrSubject, int limit)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT time, uid, subject, decision, why, inputs FROM reasons
            WHERE ring = $of OR subject = $of ORDER BY id DESC LIMIT $limit
            """;
        command.Parameters.AddWithValue("$of", uidOrSubject);
        command.Parameters.AddWithValue("$limit", limit);
        using var rows = command.ExecuteReader();
        var reasons = new List<ReasonRecord>();
        while (rows.Read())
        {
            reasons.Add(new(
                new(rows.GetInt64(0), TimeSpan.Zero), rows.GetString(1), rows.GetString(2), rows.GetString(3),
                rows.GetString(4), rows.GetString(5)));
        }
        reasons.Reverse();
        return reasons;
    }

    public void Dispose() => connection.Dispose();

    private static ObjectKey KeyAt(SqliteDataReader rows, int column) => new(
        string.Intern(rows.GetString(column)), string.Intern(rows.GetString(column + 1)),
        rows.GetString(column + 2), rows.GetString(column + 3));

    private static ReadOnlyMemory<byte> BytesAt(SqliteDataReader rows, int column) =>
        rows.IsDBNull(column) ? default : rows.GetFieldValue<byte[]>(column);
}
