using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Sqlite;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>A store that moves between a file and a database stays the same store.</summary>
public sealed class StoreCopyTests : IDisposable
{
    private static readonly Dictionary<string, string> Identity = new() { ["cluster-id"] = "c1", ["ca"] = "PEM" };

    private readonly string _folder = Directory.CreateTempSubdirectory("store").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task A_store_goes_into_a_database_and_out_again_as_it_was()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        var before = await FillAsync();
        var database = PostgresServer.Shared.CreateDatabase();
        var address = PostgresAddress.Parse(database);
        var told = new List<string>();
        (await StoreCopy.ToPostgresAsync(_folder, address, Identity, told.Add)).ShouldBe(64);
        told.ShouldContain("61 objects");
        await using (var copied = await OpenAsync(new() { ConnectionString = database, HistoryMax = 40 }))
        {
            (await ShowAsync(copied)).ShouldBe(before);
            var next = await copied.Create(Map("next"), Reason("after"));
            next.Revision.ShouldBe(65);
            await copied.Delete(next);
            (await copied.ReadReasonsAsync("uid-1", 99)).Select(reason => reason.Why).ShouldBe(["made", "after"]);
            before = await ShowAsync(copied);
            await copied.BackupAsync(Path.Combine(_folder, "backup.db"));
        }
        (await new PostgresIdentity(new() { ConnectionString = database }).KeepAsync("ca", () => "no")).ShouldBe("PEM");
        var back = Directory.CreateDirectory(Path.Combine(_folder, "back")).FullName;
        var (revision, identity) =
            await StoreCopy.ToSqliteAsync(address, Path.Combine(back, "store.db"), _ => { });
        revision.ShouldBe(66);
        identity.ShouldBe(Identity, ignoreOrder: true);
        await using var returned = await OpenAsync(new() { DataDirectory = back, HistoryMax = 40 });
        (await ShowAsync(returned)).ShouldBe(before);
        (await returned.Create(Map("again"))).Revision.ShouldBe(67);
        SqliteJournal.Check(Path.Combine(_folder, "backup.db")).ShouldBe(66);
    }

    [SkippableFact]
    public async Task Nothing_is_copied_onto_a_store_from_none_or_from_one_in_use()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        var address = PostgresAddress.Parse(PostgresServer.Shared.CreateDatabase());
        var none = Path.Combine(_folder, "none");
        (await Should.ThrowAsync<StoreOpenException>(StoreCopy.ToPostgresAsync(none, address, Identity, _ => { })))
            .Message.ShouldBe($"there is no store in \"{none}\"; name its data directory");
        await FillAsync();
        await using (await OpenAsync(new() { DataDirectory = _folder }))
        {
            (await Should.ThrowAsync<StoreOpenException>(
                StoreCopy.ToPostgresAsync(_folder, address, Identity, _ => { })))
                .Message.ShouldContain("another process has it open");
        }
        await StoreCopy.ToPostgresAsync(_folder, address, Identity, _ => { });
        (await Should.ThrowAsync<StoreOpenException>(StoreCopy.ToPostgresAsync(_folder, address, Identity, _ => { })))
            .Message.ShouldBe(
                $"cannot copy to {address}: it holds a cluster already, at revision 64; name an empty database");
        var file = Path.Combine(_folder, "store.db");
        (await Should.ThrowAsync<IOException>(StoreCopy.ToSqliteAsync(address, file, _ => { })))
            .Message.ShouldBe($"cannot back up to \"{file}\": the file exists; name a new one");
    }

    private async Task<string> FillAsync()
    {
        await using var store = await OpenAsync(new() { DataDirectory = _folder, HistoryMax = 40 });
        var first = await store.Create(Map("first", "1"), Reason("made"));
        await store.Update(first, Map("first", "2"));
        await store.Delete(await store.Create(Map("gone")));
        for (var i = 0; i < 60; i++) await store.Create(Map($"m{i}", $"{i}"));
        return await ShowAsync(store);
    }

    private static async Task<string> ShowAsync(ObjectStore store)
    {
        var (objects, revision) = await store.ReadAllAsync();
        var changes = await store.ReadChangesAsync(store.OldestRevision, 1000);
        var reasons = await store.ReadReasonsAsync("uid-1", 99);
        return string.Join('\n', objects.OrderBy(obj => obj.Revision)
            .Select(obj => $"{obj.Key} {obj.Revision} {Json(obj)}")
            .Concat(changes.Select(change =>
                $"{change.Type} {change.Revision} {Json(change.Object)} {change.Previous?.Revision}"))
            .Concat(reasons.Select(reason => reason.ToString())).Append($"{store.OldestRevision} {revision}"));
    }

    private static async Task<ObjectStore> OpenAsync(ObjectStoreOptions options)
    {
        IJournal journal = options.ConnectionString is null
            ? new SqliteJournal(options)
            : new PostgresJournal(options, TimeProvider.System, NullLogger<PostgresJournal>.Instance);
        var store = new ObjectStore(journal, options, TimeProvider.System, NullLogger<ObjectStore>.Instance);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }
}
