using Orchestrator.Api.Core.V1;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>Watches and waits over the cache, on every journal.</summary>
public abstract class WatchTests(Backend backend) : StoreFixture(backend)
{
    [SkippableFact]
    public async Task A_watch_gets_what_was_and_what_comes()
    {
        using var cache = await CacheAsync();
        var stored = await Store.Create(Map("a"));
        await using var watch = Watch(cache, 0);
        (await Next(watch)).ShouldBe("1A:a");
        var next = Next(watch);
        next.IsCompleted.ShouldBeFalse();
        await Store.Create(Pod("not-asked-for"));
        await Store.Create(Map("elsewhere", ns: "other"));
        await Store.Delete(stored);
        (await next).ShouldBe("4D:a");
    }

    [SkippableFact]
    public async Task A_watch_has_told_all_when_its_reader_has_taken_it()
    {
        using var cache = await CacheAsync();
        var place = new WatchPlace();
        await using var watch = cache.WatchAsync(ConfigMap.Kind, "default", 0, place).GetAsyncEnumerator();
        var next = Next(watch);
        cache.FindToldAll(ConfigMap.Kind, place).ShouldBe(0);
        await Store.Create(Map("a"));
        await next;
        cache.FindToldAll(ConfigMap.Kind, place).ShouldBeNull("the reader has it, and may not have told it");
        next = Next(watch);
        cache.FindToldAll(ConfigMap.Kind, place).ShouldBe(1);
        await Store.Create(Pod("of-another-kind"));
        cache.FindToldAll(ConfigMap.Kind, place).ShouldBe(2);
        await Store.Create(Map("elsewhere", ns: "other"));
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (cache.FindToldAll(ConfigMap.Kind, place) != 3)
        {
            TimeProvider.System.GetUtcNow().ShouldBeLessThan(deadline);
            await Task.Yield();
        }
        next.IsCompleted.ShouldBeFalse();
        await Store.Create(Map("b"));
        (await next).ShouldBe("4A:b");
    }

    [SkippableFact]
    public async Task Nothing_comes_to_a_watch_that_it_was_said_to_have_told()
    {
        using var cache = await CacheAsync();
        const int Writes = 200;
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < Writes; i++) await Store.Create(Map($"m{i}", ns: i % 2 == 0 ? "default" : "other"));
        });
        var place = new WatchPlace();
        await using var watch = cache.WatchAsync(ConfigMap.Kind, "default", 0, place).GetAsyncEnumerator();
        for (var seen = 0; seen < Writes / 2; seen++)
        {
            var (next, told) = (watch.MoveNextAsync().AsTask(), 0L);
            while (!next.IsCompleted) told = Math.Max(told, cache.FindToldAll(ConfigMap.Kind, place) ?? 0);
            (await next).ShouldBeTrue();
            watch.Current.Revision.ShouldBeGreaterThan(told);
        }
        await writer.WaitAsync(Patience);
    }

    [SkippableFact]
    public async Task A_watch_of_all_namespaces_gets_all()
    {
        using var cache = await CacheAsync();
        await Store.Create(Map("a", ns: "x"));
        await Store.Create(Map("a", ns: "y"));
        await using var watch = Watch(cache, 0, ns: null);
        (await Next(watch)).ShouldBe("1A:a");
        (await Next(watch)).ShouldBe("2A:a");
    }

    [SkippableFact]
    public async Task A_watch_resumes_from_history_after_a_restart()
    {
        var stored = await Store.Create(Map("a"));
        await Store.Create(Pod("p"));
        stored = await Store.Update(stored, Map("a", "2"));
        await ReopenAsync();
        using var cache = await CacheAsync();
        await using var watch = Watch(cache, 1);
        (await Next(watch)).ShouldBe("3M:a");
        await Store.Delete(stored);
        (await Next(watch)).ShouldBe("4D:a");
    }

    [SkippableFact]
    public async Task A_watch_from_a_forgotten_revision_is_refused()
    {
        Options.HistoryMax = 5;
        for (var i = 0; i < 20; i++) await Store.Create(Map($"m{i}"));
        using var cache = await CacheAsync();
        await using var watch = Watch(cache, 3);
        (await Should.ThrowAsync<RevisionCompactedException>(Next(watch))).Oldest.ShouldBe(15);
    }

    [SkippableFact]
    public async Task A_reader_that_falls_behind_the_ring_and_history_is_refused()
    {
        (Options.HistoryMax, Options.WatchRingMax) = (20, 10);
        using var cache = await CacheAsync();
        await using var watch = Watch(cache, 0);
        await Store.Create(Map("a"));
        (await Next(watch)).ShouldBe("1A:a");
        for (var i = 0; i < 20; i++) await Store.Create(Map($"m{i}"));
        (await Next(watch)).ShouldBe("2A:m0");
        for (var i = 20; i < 60; i++) await Store.Create(Map($"m{i}"));
        await Should.ThrowAsync<RevisionCompactedException>(async () =>
        {
            for (var i = 0; i < 60; i++) await Next(watch);
        });
    }

    [SkippableFact]
    public async Task Every_watch_gets_every_change_once_and_in_order()
    {
        Options.WatchRingMax = 64;
        using var cache = await CacheAsync();
        const int Writers = 16, Writes = 40, Total = Writers * Writes;
        var watchers = Enumerable.Range(0, 24).Select(watcher => Task.Run(() => ReadAsync(watcher))).ToList();
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer)));
        await Task.WhenAll(writers).WaitAsync(Patience);
        var expected = Enumerable.Range(1, Total).Select(revision => (long)revision).ToList();
        foreach (var watcher in watchers) (await watcher.WaitAsync(Patience)).ShouldBe(expected);

        async Task WriteAsync(int writer)
        {
            var stored = await Store.Create(Map($"m{writer}"));
            for (var i = 1; i < Writes; i++) stored = await Store.Update(stored, Map($"m{writer}", $"{i}"));
        }

        // Every third reader is slow: it reads on only when the store has gone far ahead of it, so that it crosses from
        // the ring to history and back.
        async Task<List<long>> ReadAsync(int watcher)
        {
            var revisions = new List<long>();
            await foreach (var change in cache.WatchAsync(ConfigMap.Kind, null, 0))
            {
                revisions.Add(change.Revision);
                if (revisions.Count == Total) break;
                if (watcher % 3 == 0) await cache.WaitForAsync(Math.Min(Total, change.Revision + 100));
            }
            return revisions;
        }
    }

    [SkippableFact]
    public async Task A_change_that_a_watch_gives_is_in_the_lists()
    {
        using var cache = await CacheAsync();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await Store.Create(Map($"m{i}"));
        });
        var seen = 0;
        await foreach (var change in cache.WatchAsync(ConfigMap.Kind, null, 0))
        {
            cache.Find(change.Object.Key).ShouldNotBeNull();
            cache.List(ConfigMap.Kind).Revision.ShouldBeGreaterThanOrEqualTo(change.Revision);
            if (++seen == 200) break;
        }
        await writer;
    }

    [SkippableFact]
    public async Task A_list_and_a_watch_from_it_miss_nothing_and_repeat_nothing()
    {
        using var cache = await CacheAsync();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++) await Store.Create(Map($"m{i}"));
        });
        for (var round = 0; round < 10; round++)
        {
            await cache.WaitForAsync(round * 20).WaitAsync(Patience);
            var list = cache.List(ConfigMap.Kind);
            var names = list.Items.Select(item => item.Key.Name).ToHashSet();
            names.Count.ShouldBe((int)list.Revision);
            if (names.Count == 300) continue;
            await foreach (var change in cache.WatchAsync(ConfigMap.Kind, null, list.Revision))
            {
                names.Add(change.Object.Key.Name).ShouldBeTrue();
                if (names.Count == 300) break;
            }
        }
        await writer;
    }

    [SkippableFact]
    public async Task The_cache_knows_a_write_when_its_writer_does()
    {
        using var cache = await CacheAsync();
        for (var i = 0; i < 50; i++)
        {
            var stored = await Store.Create(Map($"m{i}"));
            cache.Find(stored.Key).ShouldBe(stored);
            cache.WaitForAsync(stored.Revision).IsCompletedSuccessfully.ShouldBeTrue();
        }
    }

    [SkippableFact]
    public async Task Waiting_ends_with_the_revision_or_with_the_caller()
    {
        using var cache = await CacheAsync();
        using var cancellation = new CancellationTokenSource();
        var second = cache.WaitForAsync(2);
        var never = cache.WaitForAsync(99, cancellation.Token);
        await Store.Create(Map("a"));
        second.IsCompleted.ShouldBeFalse();
        await Store.Create(Map("b"));
        await second.WaitAsync(Patience);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(never.WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task A_watch_ends_with_its_caller()
    {
        using var cache = await CacheAsync();
        using var cancellation = new CancellationTokenSource();
        await using var watch = cache.WatchAsync(ConfigMap.Kind, null, 0, cancellation: cancellation.Token)
            .GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(next.WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task A_cache_that_starts_amid_writes_misses_none()
    {
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++) await Store.Create(Map($"m{i}"));
        });
        using var cache = await CacheAsync();
        await writer.WaitAsync(Patience);
        cache.Revision.ShouldBe(300);
        cache.List(ConfigMap.Kind).Items.Count.ShouldBe(300);
    }

    private static IAsyncEnumerator<ObjectChange> Watch(WatchCache cache, long after, string? ns = "default") =>
        cache.WatchAsync(ConfigMap.Kind, ns, after).GetAsyncEnumerator();

    private static async Task<string> Next(IAsyncEnumerator<ObjectChange> watch)
    {
        (await watch.MoveNextAsync().AsTask().WaitAsync(Patience)).ShouldBeTrue();
        return Shown([watch.Current]);
    }
}

public sealed class MemoryWatchTests() : WatchTests(Backend.Memory);

public sealed class SqliteWatchTests() : WatchTests(Backend.Sqlite);

public sealed class SharedMemoryWatchTests() : WatchTests(Backend.SharedMemory);

public sealed class PostgresWatchTests() : WatchTests(Backend.Postgres);
