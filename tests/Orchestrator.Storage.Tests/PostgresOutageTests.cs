using System.Diagnostics;
using Npgsql;
using Orchestrator.Storage.Postgres;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>What happens to writers when the server, or the way to it, fails under them.</summary>
public sealed class PostgresOutageTests
{
    [SkippableTheory, InlineData(false), InlineData(true)]
    public async Task A_server_that_restarts_amid_writes_loses_and_doubles_nothing(bool isKilled)
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        using var server = new PostgresServer();
        await using var stores = await Stores.OpenAsync(Backend.Postgres, 3, server: server);
        var records = stores.All.Select(Stores.Record).ToList();
        var isOver = false;
        var writers = Enumerable.Range(0, 9)
            .Select(w => Task.Run(
                () => Stores.CountUpAsync(stores.All[w % 3], $"m{w}", _ => !Volatile.Read(ref isOver))))
            .ToList();
        for (var round = 1; round <= 3; round++)
        {
            var goal = stores.All[0].Revision + 60;
            await StoreFixture.Until(() => stores.All[0].Revision >= goal);
            if (isKilled) server.Kill();
            else server.Stop();
            server.Start();
        }
        var last = stores.All[0].Revision + 60;
        await StoreFixture.Until(() => stores.All[0].Revision >= last);
        Volatile.Write(ref isOver, true);
        var counts = await Task.WhenAll(writers).WaitAsync(Patience);
        await AssertWholeAsync(stores, records, counts);
    }

    [SkippableFact]
    public async Task Connections_cut_at_random_lose_and_double_nothing()
    {
        await using var stores = await Stores.OpenAsync(Backend.Postgres, 3);
        var records = stores.All.Select(Stores.Record).ToList();
        var isOver = false;
        var writers = Enumerable.Range(0, 12)
            .Select(w => Task.Run(
                () => Stores.CountUpAsync(stores.All[w % 3], $"m{w}", _ => !Volatile.Read(ref isOver))))
            .ToList();
        await using (var axe = await ConnectAsync(stores.Database))
        {
            var chance = new Random(1);
            for (var cut = 0; cut < 40; cut++)
            {
                var goal = stores.All[0].Revision + chance.Next(1, 40);
                await StoreFixture.Until(() => stores.All[0].Revision >= goal);
                await using var kill = new NpgsqlCommand(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'orc%'
                    ORDER BY random() LIMIT $1
                    """, axe)
                { Parameters = { new() { Value = (long)chance.Next(1, 4) } } };
                await kill.ExecuteNonQueryAsync();
            }
        }
        Volatile.Write(ref isOver, true);
        var counts = await Task.WhenAll(writers).WaitAsync(Patience);
        await AssertWholeAsync(stores, records, counts);
    }

    [SkippableFact]
    public async Task A_writer_that_freezes_in_its_turn_holds_the_others_for_a_second()
    {
        // The others would wait for longer than this test does.
        await using var stores = await Stores.OpenAsync(Backend.Postgres, 1, Patient);
        await stores.All[0].Create(Map("a"));
        var options = new ObjectStoreOptions();
        var address = PostgresAddress.Parse(PostgresServer.Shared.Uri(stores.Database));
        await using var frozen = await PostgresWriter.ConnectAsync(address, options);
        var watch = Stopwatch.StartNew();
        (await frozen.BeginAsync(1, null)).Newest.ShouldBe(1);
        (await stores.All[0].Create(Map("b"))).Revision.ShouldBe(2);
        watch.Elapsed.ShouldBeGreaterThan(options.TurnTimeout / 2);
        // When it wakes it finds that its turn is over.
        var batch = new JournalBatch([], [Reason("late")], null);
        await Should.ThrowAsync<Exception>(frozen.AppendAsync(batch, 1));
        (await stores.All[0].ReadReasonsAsync("uid-1", 9)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_writer_that_froze_halfway_through_a_message_is_ended_by_those_who_wait()
    {
        await using var stores = await Stores.OpenAsync(
            Backend.Postgres, 1, options => options.DatabaseTimeout = TimeSpan.FromSeconds(4));
        await stores.All[0].Create(Map("a"));
        // A session without any timeout stands for one whose timers do not run.
        var address = PostgresAddress.Parse(PostgresServer.Shared.Uri(stores.Database));
        await using var stuck = new NpgsqlConnection(address.ConnectionString("orc writer", TimeSpan.FromMinutes(1)));
        await stuck.OpenAsync();
        await using (var begin = new NpgsqlCommand("BEGIN; SELECT revision FROM orc.log FOR UPDATE", stuck))
            await begin.ExecuteNonQueryAsync();
        var error = await Should.ThrowAsync<StoreUnavailableException>(stores.All[0].Create(Map("b")));
        error.IsOutcomeUnknown.ShouldBeFalse();
        error.Message.ShouldContain("another process holds the writers' turn");
        (await stores.All[0].Create(Map("b"))).Revision.ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_database_that_is_down_refuses_at_once_and_reads_from_memory_go_on()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        using var server = new PostgresServer();
        await using var stores = await Stores.OpenAsync(Backend.Postgres, 2, Patient, server);
        var store = stores.All[0];
        using var cache = new WatchCache(store, new());
        await cache.StartAsync();
        var stored = await store.Create(Map("a"));
        server.Stop();
        var watch = Stopwatch.StartNew();
        var error = await Should.ThrowAsync<StoreUnavailableException>(store.Create(Map("b")));
        (error.IsOutcomeUnknown, error.Message.Contains("nothing listens at")).ShouldBe((false, true));
        await Should.ThrowAsync<StoreUnavailableException>(store.CatchUpAsync().AsTask());
        await Should.ThrowAsync<StoreUnavailableException>(store.ReadAsync(stored.Key).AsTask());
        watch.Elapsed.ShouldBeLessThan(Patience);
        cache.Find(stored.Key).ShouldBe(stored);
        server.Start();
        var (acknowledged, _) = await Stores.CountUpAsync(store, "b", count => count == 0).WaitAsync(Patience);
        acknowledged.ShouldBe(1);
        await StoreFixture.Until(() => stores.All[1].Revision == 2);
    }

    [SkippableFact]
    public async Task A_server_that_says_nothing_keeps_nobody_waiting_for_long()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        using var server = new PostgresServer();
        await using var stores = await Stores.OpenAsync(Backend.Postgres, 1, options =>
        {
            options.DatabaseTimeout = TimeSpan.FromSeconds(4);
            options.SettleTimeout = TimeSpan.FromSeconds(1);
            options.CatchUpTimeout = TimeSpan.FromSeconds(1);
        }, server);
        var store = stores.All[0];
        var stored = await store.Create(Map("a"));
        server.Freeze();
        try
        {
            var watch = Stopwatch.StartNew();
            await Should.ThrowAsync<StoreUnavailableException>(store.CatchUpAsync().AsTask());
            await Should.ThrowAsync<StoreUnavailableException>(store.Update(stored, Map("a", "2")));
            watch.Elapsed.ShouldBeLessThan(Patience);
        }
        finally
        {
            server.Thaw();
        }
        var after = await Stores.CountUpAsync(store, "b", count => count == 0).WaitAsync(Patience);
        after.Acknowledged.ShouldBe(1);
        (await store.ReadChangesAsync(0, 9)).Count.ShouldBe((int)store.Revision);
    }

    // Every acknowledged write is one change; every other change is a write whose outcome was unknown; revisions are
    // dense, and each store published each of them once.
    private static async Task AssertWholeAsync(
        Stores stores, List<(List<long> Revisions, Func<long, Task> Reached)> records,
        (int Acknowledged, int Doubtful)[] counts)
    {
        var newest = 0L;
        foreach (var store in stores.All)
        {
            // A pool may hold a connection that was cut last.
            await StoreFixture.Until(() =>
                store.CatchUpAsync().AsTask().ContinueWith(task => task.IsCompletedSuccessfully).Result);
            newest = store.Revision;
        }
        var acknowledged = counts.Sum(count => count.Acknowledged);
        newest.ShouldBeInRange(acknowledged, acknowledged + counts.Sum(count => count.Doubtful));
        foreach (var (revisions, reached) in records)
        {
            await reached(newest);
            lock (revisions) revisions.ShouldBe(Enumerable.Range(1, (int)newest).Select(i => (long)i));
        }
        var history = await stores.All[0].ReadChangesAsync(0, int.MaxValue);
        history.Select(change => change.Revision).ShouldBe(Enumerable.Range(1, (int)newest).Select(i => (long)i));
    }

    private static async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var address = PostgresAddress.Parse(PostgresServer.Shared.Uri(database));
        var connection = new NpgsqlConnection(address.ConnectionString("test", TimeSpan.FromSeconds(30)));
        await connection.OpenAsync();
        return connection;
    }
}
