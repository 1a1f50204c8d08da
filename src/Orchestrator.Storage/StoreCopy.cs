using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage;

/// <summary>
/// Copies a whole store between SQLite and PostgreSQL: objects under their revisions, history, reasons and identity, in
/// one transaction, so that watches resume on the copy.
/// </summary>
public static class StoreCopy
{
    private const int ProgressRows = 10_000;

    private static readonly (string Table, string Columns, NpgsqlDbType[] Types)[] Tables =
    [
        ("changes", "revision, type, time, previous, grp, plural, ns, name, json",
        [
            NpgsqlDbType.Bigint, NpgsqlDbType.Smallint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Text,
            NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Bytea,
        ]),
        ("objects", "grp, plural, ns, name, revision",
            [NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Bigint]),
        ("reasons", "ring, uid, subject, time, decision, why, inputs",
        [
            NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Text,
            NpgsqlDbType.Text, NpgsqlDbType.Text,
        ]),
    ];

    /// <summary>Copies the store of a data directory, which no process may have open, into an empty database.</summary>
    /// <returns>The revision copied.</returns>
    /// <exception cref="StoreOpenException">One of them cannot be used, or the target is not empty.</exception>
    public static async Task<long> ToPostgresAsync(
        string directory, PostgresAddress target, IReadOnlyDictionary<string, string> identity, Action<string> tell,
        CancellationToken cancellation = default)
    {
        var file = DataDirectory.DatabaseIn(directory);
        if (!File.Exists(file))
            throw new StoreOpenException($"there is no store in \"{directory}\"; name its data directory");
        using var held = DataDirectory.Hold(directory);
        try
        {
            using var source = SqliteSchema.Connect(file, isWriter: true);
            SqliteSchema.CheckVersion(source, file);
            await using var connection = await PostgresDatabase.OpenAsync(target, new(), cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await RequireEmptyAsync(connection, target, cancellation);
            var reasons = 0L;
            foreach (var (table, columns, types) in Tables)
                reasons = await ImportAsync(source, connection, (table, columns, types), tell, cancellation);
            foreach (var (name, value) in identity)
            {
                await ExecuteAsync(
                    connection, "INSERT INTO orc.identity(name, value) VALUES($1, $2)", cancellation, name, value);
            }
            var position = SqliteReader.ReadPosition(source);
            await ExecuteAsync(
                connection, "UPDATE orc.log SET revision = $1, oldest = $2, reasons = $3", cancellation,
                position.Revision, position.Oldest, reasons);
            await transaction.CommitAsync(cancellation);
            return position.Revision;
        }
        catch (SqliteException error)
        {
            throw SqliteSchema.Explain(error, file);
        }
        catch (Exception error) when (error is NpgsqlException or System.Net.Sockets.SocketException)
        {
            throw PostgresTrouble.ToOpen(target, error);
        }
    }

    /// <summary>Copies a database, as of one revision and while it is in use, into a new file of SQLite.</summary>
    /// <returns>The revision copied, and the identity kept there.</returns>
    /// <exception cref="StoreOpenException">The database cannot be used.</exception>
    public static async Task<(long Revision, IReadOnlyDictionary<string, string> Identity)> ToSqliteAsync(
        PostgresAddress source, string file, Action<string> tell, CancellationToken cancellation = default)
    {
        if (File.Exists(file)) throw new IOException($"cannot back up to \"{file}\": the file exists; name a new one");
        var partial = file + ".partial";
        File.Delete(partial);
        try
        {
            await using var connection = await PostgresDatabase.OpenAsync(source, new(), cancellation);
            await using var transaction = await connection.BeginTransactionAsync(
                System.Data.IsolationLevel.RepeatableRead, cancellation);
            var identity = await ReadIdentityAsync(connection, cancellation);
            long revision;
            using (var target = SqliteSchema.Connect(partial, isWriter: true))
            {
                SqliteSchema.Prepare(target, partial);
                SqliteSchema.Execute(target, "BEGIN IMMEDIATE");
                foreach (var table in Tables) await ExportAsync(connection, target, table, tell, cancellation);
                await using var log = new NpgsqlCommand("SELECT revision, oldest FROM orc.log", connection);
                await using var rows = await log.ExecuteReaderAsync(cancellation);
                await rows.ReadAsync(cancellation);
                (revision, var oldest) = (rows.GetInt64(0), rows.GetInt64(1));
                SqliteSchema.Execute(target, $"UPDATE meta SET value = '{oldest}' WHERE name = 'oldest'; COMMIT");
            }
            using (var copy = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                copy.Flush(flushToDisk: true);
            SqliteJournal.Check(partial);
            File.Move(partial, file);
            return (revision, identity);
        }
        catch (Exception error) when (error is NpgsqlException or System.Net.Sockets.SocketException)
        {
            throw PostgresTrouble.ToOpen(source, error);
        }
    }

    private static async Task RequireEmptyAsync(
        NpgsqlConnection connection, PostgresAddress target, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT revision, (SELECT count(*) FROM orc.identity) FROM orc.log FOR UPDATE", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        await rows.ReadAsync(cancellation);
        if (rows.GetInt64(0) == 0 && rows.GetInt64(1) == 0) return;
        throw new StoreOpenException(
            $"cannot copy to {target}: it holds a cluster already, at revision {rows.GetInt64(0)}; name an empty "
            + "database");
    }

    private static async Task<long> ImportAsync(
        SqliteConnection source, NpgsqlConnection target, (string Name, string Columns, NpgsqlDbType[] Types) table,
        Action<string> tell, CancellationToken cancellation)
    {
        using var select = source.CreateCommand();
        select.CommandText = $"SELECT {table.Columns} FROM {table.Name} ORDER BY rowid";
        if (table.Name == "objects") select.CommandText = $"SELECT {table.Columns} FROM {table.Name}";
        using var rows = select.ExecuteReader();
        await using var import = await target.BeginBinaryImportAsync(
            $"COPY orc.{table.Name}({table.Columns}) FROM STDIN (FORMAT BINARY)", cancellation);
        import.Timeout = TimeSpan.FromMinutes(10);
        var count = 0L;
        while (rows.Read())
        {
            await import.StartRowAsync(cancellation);
            for (var i = 0; i < table.Types.Length; i++)
            {
                if (rows.IsDBNull(i)) await import.WriteNullAsync(cancellation);
                else await import.WriteAsync(ValueAt(rows, i, table.Types[i]), table.Types[i], cancellation);
            }
            if (++count % ProgressRows == 0) tell($"{count} {table.Name} …");
        }
        await import.CompleteAsync(cancellation);
        tell($"{count} {table.Name}");
        return count;
    }

    private static object ValueAt(SqliteDataReader rows, int column, NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Bigint => rows.GetInt64(column),
        NpgsqlDbType.Smallint => rows.GetInt16(column),
        NpgsqlDbType.Bytea => rows.GetFieldValue<byte[]>(column),
        _ => PostgresWriter.Text(rows.GetString(column)),
    };

    private static async Task ExportAsync(
        NpgsqlConnection source, SqliteConnection target, (string Name, string Columns, NpgsqlDbType[] Types) table,
        Action<string> tell, CancellationToken cancellation)
    {
        var order = table.Name == "reasons" ? "ORDER BY id" : "";
        await using var select = new NpgsqlCommand($"SELECT {table.Columns} FROM orc.{table.Name} {order}", source)
        {
            CommandTimeout = 0,
        };
        await using var rows = await select.ExecuteReaderAsync(cancellation);
        using var insert = target.CreateCommand();
        var names = string.Join(", ", Enumerable.Range(1, table.Types.Length).Select(i => $"${i}"));
        insert.CommandText = $"INSERT INTO {table.Name}({table.Columns}) VALUES({names})";
        for (var i = 1; i <= table.Types.Length; i++) insert.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        var count = 0L;
        while (await rows.ReadAsync(cancellation))
        {
            for (var i = 0; i < table.Types.Length; i++) insert.Parameters[i].Value = rows.GetValue(i);
            insert.ExecuteNonQuery();
            if (++count % ProgressRows == 0) tell($"{count} {table.Name} …");
        }
        tell($"{count} {table.Name}");
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadIdentityAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var identity = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand("SELECT name, value FROM orc.identity", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation)) identity[rows.GetString(0)] = rows.GetString(1);
        return identity;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
