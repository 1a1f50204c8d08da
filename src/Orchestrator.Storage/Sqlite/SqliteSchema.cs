using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// The tables, and how a connection to them is made. The JSON of a version is stored once, in <c>changes</c>:
/// <c>objects</c> says which revision is the newest of its object. A change outlives the history when it is the newest
/// of a living object, or the one before a change that is kept.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>The schema this version writes, and the newest it reads.</summary>
    public const int Version = 1;

    private const string Tables = """
        CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE changes(
            revision INTEGER PRIMARY KEY, type INTEGER NOT NULL, time INTEGER NOT NULL, previous INTEGER NOT NULL,
            grp TEXT NOT NULL, plural TEXT NOT NULL, ns TEXT NOT NULL, name TEXT NOT NULL, json BLOB);
        CREATE TABLE objects(
            grp TEXT NOT NULL, plural TEXT NOT NULL, ns TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,
            PRIMARY KEY(grp, plural, ns, name)) WITHOUT ROWID;
        CREATE TABLE reasons(
            id INTEGER PRIMARY KEY AUTOINCREMENT, ring TEXT NOT NULL, uid TEXT NOT NULL, subject TEXT NOT NULL,
            time INTEGER NOT NULL, decision TEXT NOT NULL, why TEXT NOT NULL, inputs TEXT NOT NULL);
        CREATE INDEX reasons_by_ring ON reasons(ring);
        CREATE INDEX reasons_by_subject ON reasons(subject);
        CREATE VIEW current AS
            SELECT o.grp, o.plural, o.ns, o.name, o.revision, CAST(c.json AS TEXT) AS json
            FROM objects o JOIN changes c ON c.revision = o.revision;
        INSERT INTO meta VALUES('schema', '1'), ('oldest', '0');
        """;

    static SqliteSchema() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Opens a connection that makes an acknowledged commit survive power loss.</summary>
    public static SqliteConnection Connect(string file, bool isWriter)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = isWriter ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;");
            if (!isWriter) return connection;
            var mode = (string)Scalar(connection, "PRAGMA journal_mode=WAL")!;
            if (mode != "wal")
            {
                throw new StoreOpenException(
                    $"cannot open the store \"{file}\": its file system has no shared memory for SQLite's write-ahead "
                    + "log; put the data directory on a local disk");
            }
            // The log is copied into the file every 1000 pages and cut back to 64 MiB after a burst.
            Execute(connection,
                "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the tables in a new file, or checks that this version can read those that are there.</summary>
    public static void Prepare(SqliteConnection connection, string file)
    {
        var tables = (long)Scalar(connection, "SELECT COUNT(*) FROM sqlite_master")!;
        if (tables == 0)
        {
            Execute(connection, $"BEGIN IMMEDIATE; {Tables} COMMIT;");
            return;
        }
        CheckVersion(connection, file);
    }

    /// <exception cref="StoreOpenException">These are not tables that this version can read.</exception>
    public static void CheckVersion(SqliteConnection connection, string file)
    {
        var hasMeta = (long)Scalar(connection, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'meta'")! > 0;
        var stored = hasMeta ? (string?)Scalar(connection, "SELECT value FROM meta WHERE name = 'schema'") : null;
        if (!int.TryParse(stored, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new StoreOpenException(
                $"cannot open the store \"{file}\": it is a database of another program; use another data directory");
        }
        if (version > Version)
        {
            throw new StoreOpenException(
                $"cannot open the store \"{file}\": it has schema {version} and this version reads up to {Version}; "
                + "start the newer version again, or restore a backup made before the upgrade");
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>The sentence for an error of SQLite while the store is opened.</summary>
    public static StoreOpenException Explain(SqliteException error, string file)
    {
        var why = error.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB =>
                "the file is damaged; move it away and restore a backup",
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
                "another program has locked the file; close it and start again",
            SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_READONLY =>
                $"the file cannot be written; make it writable for user {Environment.UserName}",
            SQLitePCL.raw.SQLITE_FULL => "the disk is full; make room and start again",
            _ => "the disk does not answer as it should; check it and start again",
        };
        return new($"cannot open the store \"{file}\": {why} ({error.Message})", error);
    }
}
