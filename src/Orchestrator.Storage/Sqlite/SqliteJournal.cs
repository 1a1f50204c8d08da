using Microsoft.Data.Sqlite;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// A journal in one SQLite file of the data directory. One writer with its own thread, one reader beside it; one
/// process at a time.
/// </summary>
public sealed class SqliteJournal : IJournal
{
    private readonly string _path;
    private readonly ObjectStoreOptions _options;
    private readonly JournalThread _writing = new("store writer");
    private readonly JournalThread _reading = new("store reader");
    private DataDirectory? _directory;
    private SqliteWriter? _writer;
    private SqliteReader? _reader;
    private bool _isDisposed;

    /// <summary>A journal in the data directory of the options.</summary>
    public SqliteJournal(ObjectStoreOptions options)
    {
        _options = options;
        _path = Path.GetFullPath(options.DataDirectory ?? throw new ArgumentException("no data directory is set"));
    }

    private string File => DataDirectory.DatabaseIn(_path);

    /// <inheritdoc />
    public async Task<JournalContents> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            _directory = await _writing.RunAsync(() => DataDirectory.Hold(_path));
            await ConnectAsync();
            var objects = await ReadAsync(reader => reader.ReadObjects());
            return new(objects, _writer!.Position);
        }
        catch (Exception error)
        {
            await DisconnectAsync();
            _directory?.Dispose();
            if (error is SqliteException sqlite) throw SqliteSchema.Explain(sqlite, File);
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<JournalPosition> AppendAsync(JournalBatch batch) => new(_writing.RunAsync(() =>
        (_writer ?? throw new IOException("the database is closed")).Append(batch)));

    /// <inheritdoc />
    public async ValueTask<JournalRecovery> RecoverAsync(long known)
    {
        // Only when every connection is closed does SQLite read its log anew: then a commit whose fsync failed is
        // either wholly there or overwritten for good, and cannot come back at the next start.
        await DisconnectAsync().ConfigureAwait(false);
        await ConnectAsync().ConfigureAwait(false);
        var found = _writer!.Position;
        return new(found.Revision > known, found);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<JournalChange>> ReadChangesAsync(
        long after, int limit, CancellationToken cancellation) =>
        await ReadAsync(reader => reader.ReadChanges(after, limit)).WaitAsync(cancellation);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<ReasonRecord>> ReadReasonsAsync(
        string uidOrSubject, int limit, CancellationToken cancellation) =>
        await ReadAsync(reader => reader.ReadReasons(uidOrSubject, limit)).WaitAsync(cancellation);

    /// <inheritdoc />
    public async Task BackupAsync(string path, CancellationToken cancellation)
    {
        if (System.IO.File.Exists(path))
        {
            throw new IOException($"cannot back up to \"{path}\": the file exists; name a new one");
        }
        var partial = path + ".partial";
        using var copying = new JournalThread("store backup");
        await copying.RunAsync(() =>
        {
            System.IO.File.Delete(partial);
            using (var connection = SqliteSchema.Connect(File, isWriter: false))
            using (var command = connection.CreateCommand())
            {
                command.CommandText = "VACUUM INTO $path";
                command.Parameters.AddWithValue("$path", partial);
                command.ExecuteNonQuery();
            }
            using (var copy = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                copy.Flush(flushToDisk: true);
            Check(partial);
            System.IO.File.Move(partial, path);
        });
    }

    /// <summary>Checks a backup, or the file of a store that is not running, from its first page to its last.</summary>
    /// <returns>The revision it holds.</returns>
    /// <exception cref="StoreOpenException">It is damaged, or not one this version can read.</exception>
    public static long Check(string file)
    {
        try
        {
            using var connection = SqliteSchema.Connect(file, isWriter: false);
            SqliteSchema.CheckVersion(connection, file);
            var found = (string)SqliteSchema.Scalar(connection, "PRAGMA integrity_check(1)")!;
            if (found != "ok") throw new StoreOpenException($"\"{file}\" is damaged ({found}); use another backup");
            return SqliteReader.ReadPosition(connection).Revision;
        }
        catch (SqliteException error)
        {
            throw SqliteSchema.Explain(error, file);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await DisconnectAsync();
        _writing.Dispose();
        _reading.Dispose();
        _directory?.Dispose();
    }

    private async Task ConnectAsync()
    {
        await _writing.RunAsync(() =>
        {
            var connection = SqliteSchema.Connect(File, isWriter: true);
            try
            {
                SqliteSchema.Prepare(connection, File);
                _writer = new(connection, _options);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }).ConfigureAwait(false);
        await _reading.RunAsync(() => { _reader = new(SqliteSchema.Connect(File, isWriter: false)); })
            .ConfigureAwait(false);
    }

    private async Task DisconnectAsync()
    {
        await _reading.RunAsync(() =>
        {
            _reader?.Dispose();
            _reader = null;
        }).ConfigureAwait(false);
        await _writing.RunAsync(() =>
        {
            _writer?.Dispose();
            _writer = null;
        }).ConfigureAwait(false);
    }

    private Task<T> ReadAsync<T>(Func<SqliteReader, T> read) => _reading.RunAsync(() =>
        read(_reader ?? throw new StoreUnavailableException("the store is not open")));
}
