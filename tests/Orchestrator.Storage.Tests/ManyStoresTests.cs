using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>What several stores over one log promise together.</summary>
public sealed class ManyStoresTests
{
    public static TheoryData<Backend> Backends => new() { Backend.SharedMemory, Backend.Postgres };

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task Revisions_are_dense_over_all_writers_and_every_store_publishes_each_once(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 3);
        var records = stores.All.Select(Stores.Record).ToList();
        const int Writers = 8, Writes = 20, Total = 3 * Writers * Writes;
        var all = await Task.WhenAll(Enumerable.Range(0, 3 * Writers).Select(w => Task.Run(() => WriteAsync(w))))
            .WaitAsync(Patience);
        all.SelectMany(revisions => revisions).Order().ShouldBe(Enumerable.Range(1, Total).Select(i => (long)i));
        foreach (var (revisions, reached) in records)
        {
            await reached(Total);
            lock (revisions) revisions.ShouldBe(Enumerable.Range(1, Total).Select(i => (long)i));
        }
        var states = stores.All.Select(async store => (await store.ReadAllAsync()).Objects
            .Select(obj => $"{obj.Key} {obj.Revision} {Json(obj)}").Order());
        (await Task.WhenAll(states)).ShouldAllBe(state => state.SequenceEqual(states.First().Result));

        async Task<List<long>> WriteAsync(int writer)
        {
            var store = stores.All[writer % 3];
            var stored = await store.Create(Map($"m{writer}"));
            var revisions = new List<long> { stored.Revision };
            for (var i = 1; i < Writes; i++)
            {
                stored = await store.Update(stored, Map($"m{writer}", $"{i}"));
                revisions.Add(stored.Revision);
            }
            return revisions;
        }
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task Of_two_stores_that_write_one_object_one_is_refused(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 2);
        var (a, b) = (stores.All[0], stores.All[1]);
        var stored = await a.Create(Map("a", "0"));
        await b.CatchUpAsync();
        for (var round = 1; round <= 20; round++)
        {
            var outcomes = await Task.WhenAll(TryAsync(a, stored, "a"), TryAsync(b, stored, "b"));
            outcomes.Count(outcome => outcome is not null).ShouldBe(1);
            stored = outcomes.Single(outcome => outcome is not null)!;
        }
        (await a.ReadAsync(stored.Key))!.Revision.ShouldBe(21);
        Json((await b.ReadAsync(stored.Key))!).ShouldBe(Json(stored));

        async Task<StoredObject?> TryAsync(ObjectStore store, StoredObject from, string value)
        {
            try
            {
                return await store.Update(from, Map("a", $"{value}{from.Revision}"));
            }
            catch (RevisionMismatchException refusal)
            {
                refusal.Stored.ShouldBe(from.Revision + 1);
                return null;
            }
        }
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task Who_catches_up_sees_all_that_was_acknowledged_before(Backend backend)
    {
        // Nothing is announced and nobody polls: only the question itself brings news.
        await using var stores = await OpenAsync(backend, 2, Deaf);
        for (var i = 1; i <= 30; i++)
        {
            var stored = await stores.All[i % 2].Create(Map($"m{i}"));
            var other = stores.All[(i + 1) % 2];
            if (i % 3 == 0)
            {
                (await other.ReadAsync(stored.Key)).ShouldNotBeNull().Revision.ShouldBe(i);
                continue;
            }
            var readers = Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
            {
                await other.CatchUpAsync();
                return other.Revision;
            }));
            (await Task.WhenAll(readers)).ShouldAllBe(revision => revision >= i);
        }
    }

    [SkippableTheory, InlineData(true), InlineData(false)]
    public async Task A_database_is_followed_by_announcements_and_without_them(bool listens)
    {
        await using var stores = await OpenAsync(Backend.Postgres, 2, options =>
        {
            options.ListensForNews = listens;
            options.PollInterval = listens ? TimeSpan.FromMinutes(10) : TimeSpan.FromMilliseconds(20);
        });
        var (revisions, reached) = Stores.Record(stores.All[1]);
        for (var i = 1; i <= 20; i++)
        {
            await stores.All[0].Create(Map($"m{i}"));
            await reached(i);
        }
        lock (revisions) revisions.ShouldBe(Enumerable.Range(1, 20).Select(i => (long)i));
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task Watches_of_every_process_get_every_change_once_and_in_order(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 3);
        var caches = new List<WatchCache>();
        foreach (var store in stores.All)
        {
            caches.Add(new(store, new()));
            await caches[^1].StartAsync();
        }
        const int Total = 150;
        var watchers = caches.Select(cache => Task.Run(async () =>
        {
            var seen = new List<long>();
            await foreach (var change in cache.WatchAsync(ConfigMap.Kind, null, 0))
            {
                seen.Add(change.Revision);
                if (seen.Count == Total) break;
            }
            return seen;
        })).ToList();
        await Task.WhenAll(Enumerable.Range(0, Total).Select(i => stores.All[i % 3].Create(Map($"m{i}"))));
        foreach (var watcher in watchers)
            (await watcher.WaitAsync(Patience)).ShouldBe(Enumerable.Range(1, Total).Select(i => (long)i));
        foreach (var cache in caches) cache.Dispose();
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task A_change_from_elsewhere_carries_the_version_before(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 2, Deaf);
        var heard = new List<ObjectChange>();
        using var subscription = stores.All[1].Subscribe(heard.AddRange);
        var first = await stores.All[0].Create(Map("a", "1"));
        var second = await stores.All[0].Update(first, Map("a", "2"));
        await stores.All[0].Delete(second);
        await stores.All[0].Create(Map("a", "3"));
        await stores.All[1].CatchUpAsync();
        Shown(heard).ShouldBe("1A:a 2M:a 3D:a 4A:a");
        heard.Select(change => change.Previous?.Revision ?? 0).ShouldBe([0, 1, 2, 0]);
        heard.Select(change => Value(change.Object)).ShouldBe(["1", "2", "2", "3"]);
        heard[2].Object.Object.Metadata.ResourceVersion.ShouldBe("3");
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task Any_store_forgets_for_all_and_history_stays_dense(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 2, options => options.HistoryMax = 10);
        for (var i = 1; i <= 40; i++) await stores.All[i % 2].Create(Map($"m{i}"));
        foreach (var store in stores.All)
        {
            await store.CatchUpAsync();
            store.OldestRevision.ShouldBeInRange(29, 30);
            var kept = await store.ReadChangesAsync(store.OldestRevision, 100);
            kept[^1].Revision.ShouldBe(40);
            await Should.ThrowAsync<RevisionCompactedException>(store.ReadChangesAsync(5, 10));
        }
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task Who_fell_behind_the_history_stops_and_says_so(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 2, options =>
        {
            Deaf(options);
            options.HistoryMax = 5;
        });
        var heard = new List<ObjectChange>();
        using var subscription = stores.All[1].Subscribe(heard.AddRange);
        var stored = await stores.All[0].Create(Map("a"));
        for (var i = 0; i < 20; i++) stored = await stores.All[0].Update(stored, Map("a", $"{i}"));
        var error = await Should.ThrowAsync<StoreUnavailableException>(stores.All[1].Create(Map("b")));
        error.Message.ShouldContain("the store has forgotten how it came from there");
        error.Message.ShouldEndWith("restart it");
        heard.ShouldBeEmpty();
        await Should.ThrowAsync<StoreUnavailableException>(stores.All[1].CatchUpAsync().AsTask());
        (await stores.All[0].Update(stored, Map("a", "still"))).Revision.ShouldBe(22);
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task A_store_that_is_far_behind_catches_up_before_it_writes(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 2, Deaf);
        await Task.WhenAll(Enumerable.Range(0, 2_500).Select(i => stores.All[0].Create(Map($"m{i}"))));
        (await stores.All[1].Create(Map("late"))).Revision.ShouldBe(2_501);
        (await stores.All[1].ReadAllAsync()).Objects.Count.ShouldBe(2_501);
    }

    [SkippableTheory, MemberData(nameof(Backends))]
    public async Task Reasons_of_all_stores_are_read_by_all(Backend backend)
    {
        await using var stores = await OpenAsync(backend, 2);
        await stores.All[0].Create(Map("a"), Reason("one"));
        await stores.All[1].Create(Map("b"), Reason("two\0\uD800"));
        var reasons = await stores.All[0].ReadReasonsAsync("uid-1", 10);
        reasons.Count.ShouldBe(2);
        reasons[0].ShouldBe(Reason("one"));
        reasons[1].Why.ShouldStartWith("two");
    }

    [Fact]
    public async Task A_late_feed_in_memory_runs_by_the_clock_and_catching_up_does_not()
    {
        var (log, time) = (new MemoryLog(new()), new ManualTime());
        await using var writer = await OpenOnAsync(new(log, time));
        await using var late = await OpenOnAsync(new(log, time, () => TimeSpan.FromMilliseconds(50)));
        writer.Create(Map("a")).IsCompletedSuccessfully.ShouldBeTrue();
        late.Revision.ShouldBe(0);
        time.Advance(TimeSpan.FromMilliseconds(49));
        late.Revision.ShouldBe(0);
        time.Advance(TimeSpan.FromMilliseconds(1));
        late.Revision.ShouldBe(1);
        await writer.Create(Map("b"));
        var caughtUp = late.CatchUpAsync().AsTask();
        caughtUp.IsCompletedSuccessfully.ShouldBeTrue();
        late.Revision.ShouldBe(2);

        async Task<ObjectStore> OpenOnAsync(MemoryJournal journal)
        {
            var store = new ObjectStore(journal, new(), time,
                Microsoft.Extensions.Logging.Abstractions.NullLogger<ObjectStore>.Instance);
            await store.OpenAsync(CancellationToken.None);
            return store;
        }
    }

    [Fact]
    public async Task Callers_share_a_question_but_never_one_asked_before_they_came()
    {
        var (asked, answers) = (0, new Queue<TaskCompletionSource<long>>());
        var question = new RevisionQuestion(() =>
        {
            asked++;
            answers.Enqueue(new());
            return new(answers.Last().Task);
        }, new ObjectStoreOptions().Outcomes);
        var first = question.AskAsync();
        var later = Enumerable.Range(0, 5).Select(_ => question.AskAsync()).ToList();
        asked.ShouldBe(1);
        answers.Dequeue().SetResult(7);
        (await first).ShouldBe(7);
        await StoreFixture.Until(() => asked == 2);
        later.ShouldAllBe(task => !task.IsCompleted);
        answers.Dequeue().SetResult(9);
        (await Task.WhenAll(later)).ShouldAllBe(revision => revision == 9);
        asked.ShouldBe(2);
    }

    // On a busy machine a writer may be halted in its turn; what becomes of it then is another test's matter.
    private static Task<Stores> OpenAsync(
        Backend backend, int count, Action<ObjectStoreOptions>? configure = null) =>
        Stores.OpenAsync(backend, count, options =>
        {
            Patient(options);
            configure?.Invoke(options);
        });

    private static void Deaf(ObjectStoreOptions options)
    {
        (options.ListensForNews, options.PollInterval) = (false, TimeSpan.FromMinutes(10));
        options.FeedDelay = () => TimeSpan.FromMinutes(10);
    }
}
