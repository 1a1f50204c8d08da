using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>What every store remembers, and what it forgets.</summary>
public abstract class HistoryTests(Backend backend) : StoreFixture(backend)
{
    [SkippableFact]
    public async Task Changes_come_in_order_with_the_version_before()
    {
        var a = await Store.Create(Map("a", "1"));
        var b = await Store.Update(a, Map("a", "2"));
        await Store.Delete(b);
        await Store.Create(Map("a", "4"));
        var changes = await Store.ReadChangesAsync(0, 100);
        Shown(changes).ShouldBe("1A:a 2M:a 3D:a 4A:a");
        changes.Select(change => change.Previous?.Revision ?? 0).ShouldBe([0, 1, 2, 0]);
        changes.Select(change => Value(change.Object)).ShouldBe(["1", "2", "2", "4"]);
        changes[2].Object.Object.Metadata.ResourceVersion.ShouldBe("3");
        Value(changes[2].Previous).ShouldBe("2");
        Shown(await Store.ReadChangesAsync(1, 2)).ShouldBe("2M:a 3D:a");
        (await Store.ReadChangesAsync(4, 100)).ShouldBeEmpty();
        (await Store.ReadChangesAsync(99, 100)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task History_is_bounded_by_count_and_says_so()
    {
        Options.HistoryMax = 10;
        var stored = await Store.Create(Map("a"));
        for (var i = 0; i < 29; i++) stored = await Store.Update(stored, Map("a", $"{i}"));
        Store.OldestRevision.ShouldBe(20);
        var error = await Should.ThrowAsync<RevisionCompactedException>(Store.ReadChangesAsync(19, 10));
        (error.Asked, error.Oldest).ShouldBe((19, 20));
        var kept = await Store.ReadChangesAsync(20, 100);
        kept.Select(change => change.Revision).ShouldBe(Enumerable.Range(21, 10).Select(i => (long)i));
        Value(kept[0].Previous).ShouldBe("18");
    }

    [SkippableFact]
    public async Task History_is_bounded_by_age()
    {
        var stored = await Store.Create(Map("old"));
        await Store.Create(Map("other"));
        Time.Advance(TimeSpan.FromMinutes(50));
        await Store.Update(stored, Map("old", "2"));
        Store.OldestRevision.ShouldBe(0);
        Time.Advance(TimeSpan.FromMinutes(20));
        await Store.Create(Map("new"));
        Store.OldestRevision.ShouldBe(2);
        Shown(await Store.ReadChangesAsync(2, 10)).ShouldBe("3M:old 4A:new");
    }

    [SkippableFact]
    public async Task Forgetting_goes_in_small_steps_until_all_is_forgotten()
    {
        Options.CompactionStepMax = 5;
        for (var i = 0; i < 40; i++) await Store.Create(Map($"m{i}"));
        Time.Advance(TimeSpan.FromHours(2));
        var (oldest, steps) = (0L, new List<long>());
        for (var i = 0; i < 8; i++)
        {
            await Store.Create(Map($"n{i}"));
            steps.Add(Store.OldestRevision - oldest);
            oldest = Store.OldestRevision;
        }
        steps.ShouldAllBe(step => step <= 6);
        oldest.ShouldBe(40);
    }

    [SkippableFact]
    public async Task Forgetting_keeps_every_living_object_and_what_came_before_kept_changes()
    {
        Options.HistoryMax = 4;
        var quiet = await Store.Create(Map("quiet", "q"));
        var gone = await Store.Create(Map("gone", "g"));
        for (var i = 0; i < 10; i++) await Store.Create(Map($"m{i}"));
        await Store.Update(quiet, Map("quiet", "q2"));
        await Store.Delete(gone);
        Store.OldestRevision.ShouldBe(10);
        var changes = await Store.ReadChangesAsync(10, 10);
        Shown(changes).ShouldBe("11A:m8 12A:m9 13M:quiet 14D:gone");
        Value(changes[2].Previous).ShouldBe("q");
        Value(changes[3].Object).ShouldBe("g");
        for (var i = 0; i < 10; i++) await Store.Create(Map($"k{i}"));
        await ReopenAsync();
        var (objects, revision) = await Store.ReadAllAsync();
        (objects.Count, revision, Store.OldestRevision).ShouldBe((21, 24, 20));
        Value(await Store.ReadAsync(quiet.Key)).ShouldBe("q2");
    }

    [SkippableFact]
    public async Task A_store_that_forgot_everything_knows_its_revision()
    {
        await Store.Delete(await Store.Create(Map("a")));
        Time.Advance(TimeSpan.FromHours(2));
        Store.Explain([Reason("a transaction without a change")]);
        Time.Advance(Options.ReasonDelay);
        await ReopenAsync();
        (Store.Revision, Store.OldestRevision).ShouldBe((2, 2));
        (await Store.ReadReasonsAsync("uid-1", 10)).Count.ShouldBe(1);
        (await Store.Create(Map("a"))).Revision.ShouldBe(3);
    }

    [SkippableFact]
    public async Task Reasons_are_found_by_uid_and_by_subject_and_outlive_the_object()
    {
        var stored = await Store.Create(Map("a"), Reason("one"));
        await Store.Delete(stored, Reason("two"));
        await Store.Create(Map("a"), Reason("three", uid: "uid-2"), Reason("early", uid: ""));
        (await Store.ReadReasonsAsync("uid-1", 10)).Select(reason => reason.Why).ShouldBe(["one", "two"]);
        var all = await Store.ReadReasonsAsync("/configmaps/default/a", 10);
        all.Select(reason => reason.Why).ShouldBe(["one", "two", "three", "early"]);
        var last = await Store.ReadReasonsAsync("/configmaps/default/a", 2);
        last.Select(reason => reason.Why).ShouldBe(["three", "early"]);
        (await Store.ReadReasonsAsync("nobody", 2)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Reasons_are_bounded_per_object()
    {
        Options.ReasonsPerObjectMax = 3;
        var stored = await Store.Create(Map("a"), Reason("other", uid: "uid-2"));
        for (var i = 0; i < 10; i++) stored = await Store.Update(stored, Map("a", $"{i}"), Reason($"{i}"));
        (await Store.ReadReasonsAsync("uid-1", 99)).Select(reason => reason.Why).ShouldBe(["7", "8", "9"]);
        (await Store.ReadReasonsAsync("uid-2", 99)).Count.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Reasons_are_bounded_in_all()
    {
        Options.ReasonsMax = 5;
        for (var i = 0; i < 12; i++) await Store.Create(Map($"m{i}"), Reason($"{i}", uid: $"uid-{i}"));
        var all = await Store.ReadReasonsAsync("/configmaps/default/a", 99);
        all.Select(reason => reason.Why).ShouldBe(["7", "8", "9", "10", "11"]);
        (await Store.ReadReasonsAsync("uid-3", 99)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_reason_without_a_write_is_seen_at_once_and_stored_soon()
    {
        Store.Explain([Reason("waiting")]);
        (await Store.ReadReasonsAsync("uid-1", 9)).ShouldBe([Reason("waiting")]);
        Journal.Appends.ShouldBe(0);
        Time.Advance(Options.ReasonDelay);
        await Until(() => Journal.Appends == 1);
        (await Store.ReadReasonsAsync("uid-1", 9)).ShouldBe([Reason("waiting")]);
    }

    [SkippableFact]
    public async Task Closing_stores_the_reasons_that_wait()
    {
        Store.Explain([Reason("waiting")]);
        await ReopenAsync();
        (await Store.ReadReasonsAsync("uid-1", 9)).ShouldBe([Reason("waiting")]);
    }
}

public sealed class MemoryHistoryTests() : HistoryTests(Backend.Memory);

public sealed class SqliteHistoryTests() : HistoryTests(Backend.Sqlite);

public sealed class SharedMemoryHistoryTests() : HistoryTests(Backend.SharedMemory);

public sealed class PostgresHistoryTests() : HistoryTests(Backend.Postgres);
