using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Sqlite;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>What only the file can show: durability, refusals to open, backups, speed of opening.</summary>
public sealed class SqliteTests() : StoreFixture(Backend.Sqlite)
{
    private string Database => Path.Combine(Options.DataDirectory!, "store.db");

    [Fact]
    public async Task An_acknowledged_write_is_in_the_file()
    {
        for (var i = 0; i < 20; i++)
        {
            var stored = await Store.Create(Map($"m{i}", $"{i}"), Reason($"{i}"));
            Read(Database, $"SELECT json FROM current WHERE name = 'm{i}'").ShouldBe(Json(stored));
            Read(Database, "SELECT why FROM reasons ORDER BY id DESC LIMIT 1").ShouldBe($"{i}");
        }
    }

    [Fact]
    public async Task A_transaction_that_fails_halfway_leaves_nothing_in_the_file()
    {
        await Store.Create(Map("a"));
        Read(Database, "CREATE TRIGGER full BEFORE INSERT ON objects WHEN NEW.name = 'bad' "
            + "BEGIN SELECT RAISE(ABORT, 'no room'); END");
        var error = await Should.ThrowAsync<StoreUnavailableException>(Store.Create(Map("bad"), Reason("lost")));
        (error.IsOutcomeUnknown, error.Message.Contains("no room")).ShouldBe((false, true));
        Read(Database, "SELECT MAX(revision) FROM changes").ShouldBe(1L);
        (await Store.Create(Map("good"), Reason("kept"))).Revision.ShouldBe(2);
        Read(Database, "SELECT COUNT(*) FROM current").ShouldBe(2L);
        (await Store.ReadReasonsAsync("uid-1", 9)).ShouldBe([Reason("kept")]);
    }

    [Fact]
    public async Task The_connection_that_writes_syncs_every_commit()
    {
        await Store.Create(Map("a"));
        using var connection = SqliteSchema.Connect(Database, isWriter: true);
        SqliteSchema.Scalar(connection, "PRAGMA synchronous").ShouldBe(2L);
        SqliteSchema.Scalar(connection, "PRAGMA journal_mode").ShouldBe("wal");
    }

    [Fact]
    public async Task A_copy_of_the_files_taken_while_running_opens_with_every_acknowledged_write()
    {
        // What kill -9 leaves behind is the database and its log as they are on disk now.
        for (var i = 0; i < 50; i++) await Store.Create(Map($"m{i}"));
        using var copy = new TemporaryDirectory();
        foreach (var file in new[] { "store.db", "store.db-wal" })
        {
            File.Copy(Path.Combine(Options.DataDirectory!, file), Path.Combine(copy.Path, file));
        }
        await using var store = await OpenAsync(copy.Path);
        (store.Revision, (await store.ReadAllAsync()).Objects.Count).ShouldBe((50, 50));
    }

    [Fact]
    public async Task A_backup_holds_one_revision_and_opens_as_a_store()
    {
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await Store.Create(Map($"m{i}"), Reason($"{i}"));
        });
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "store.db");
        await Store.BackupAsync(file);
        await writing;
        var revision = SqliteJournal.Check(file);
        await using var restored = await OpenAsync(directory.Path);
        var (objects, found) = await restored.ReadAllAsync();
        (found, objects.Count).ShouldBe((revision, (int)revision));
        (await restored.Create(Map("new"))).Revision.ShouldBe(revision + 1);
    }

    [Fact]
    public async Task A_backup_overwrites_nothing()
    {
        var error = await Should.ThrowAsync<IOException>(Store.BackupAsync(Database));
        error.Message.ShouldBe($"cannot back up to \"{Database}\": the file exists; name a new one");
    }

    [Fact]
    public async Task A_second_process_is_refused()
    {
        var error = await Should.ThrowAsync<StoreOpenException>(OpenAsync(Options.DataDirectory!));
        error.Message.ShouldBe(
            $"cannot open the store in \"{Options.DataDirectory}\": another process has it open; stop "
            + "that one first, or use another data directory");
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_refused()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "file");
        await File.WriteAllTextAsync(file, "");
        var error = await Should.ThrowAsync<StoreOpenException>(OpenAsync(Path.Combine(file, "data")));
        error.Message.ShouldStartWith($"cannot open the store in \"{file}/data\": the directory cannot be written (");
        error.Message.ShouldEndWith($"make it writable for user {Environment.UserName}, or use another data directory");
    }

    [Theory]
    [InlineData("UPDATE meta SET value = '7' WHERE name = 'schema'", "it has schema 7 and this version reads up to 1; "
        + "start the newer version again, or restore a backup made before the upgrade")]
    [InlineData("DROP TABLE meta", "it is a database of another program; use another data directory")]
    [InlineData("UPDATE changes SET plural = 'dragons'; UPDATE objects SET plural = 'dragons'",
        "the store holds /dragons/default/a at revision 1, which this version cannot read")]
    [InlineData("UPDATE changes SET json = X'7B7B'", "the store holds /configmaps/default/a at revision 1, which this")]
    public async Task A_database_this_version_cannot_read_is_refused(string change, string expected)
    {
        await Store.Create(Map("a"));
        await Store.DisposeAsync();
        Read(Database, change);
        var error = await Should.ThrowAsync<StoreOpenException>(OpenAsync(Options.DataDirectory!));
        error.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task A_damaged_file_is_refused(int at)
    {
        for (var i = 0; i < 50; i++) await Store.Create(Map($"m{i}", new string('x', 500)));
        await Store.DisposeAsync();
        using (var file = new FileStream(Database, FileMode.Open, FileAccess.Write))
        {
            file.Position = at;
            file.Write(Enumerable.Repeat((byte)0xA5, 40_000).ToArray());
        }
        var error = await Should.ThrowAsync<StoreOpenException>(OpenAsync(Options.DataDirectory!));
        error.Message.ShouldStartWith(
            $"cannot open the store \"{Database}\": the file is damaged; move it away and restore a backup (");
        Should.Throw<StoreOpenException>(() => SqliteJournal.Check(Database));
    }

    [Fact]
    public async Task A_file_locked_by_another_program_is_refused()
    {
        await Store.DisposeAsync();
        using var other = new SqliteConnection($"Data Source={Database};Pooling=False");
        other.Open();
        SqliteSchema.Execute(other, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = value;");
        var error = await Should.ThrowAsync<StoreOpenException>(OpenAsync(Options.DataDirectory!));
        error.Message.ShouldContain("another program has locked the file; close it and start again");
    }

    [Fact]
    public async Task Ten_thousand_objects_are_there_again_after_opening()
    {
        await Task.WhenAll(Enumerable.Range(0, 10_000)
            .Select(i => Store.Create(Pod($"p{i}", "node", $"owner{i % 99}"))));
        await ReopenAsync();
        (await Store.ReadAllAsync()).Objects.Count.ShouldBe(10_000);
    }

    [Fact]
    public async Task The_log_stays_bounded_under_writes()
    {
        var value = new string('x', 20_000);
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Store.Create(Map($"m{round}-{i}", value))));
        }
        new FileInfo(Database + "-wal").Length.ShouldBeLessThan(16 << 20);
    }

    private static async Task<ObjectStore> OpenAsync(string directory)
    {
        var options = new ObjectStoreOptions { DataDirectory = directory };
        var store = new ObjectStore(
            new SqliteJournal(options), options, TimeProvider.System, NullLogger<ObjectStore>.Instance);
        try
        {
            await store.OpenAsync(CancellationToken.None);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private static object? Read(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return SqliteSchema.Scalar(connection, sql);
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("store").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
