using System.Collections.Concurrent;
using Orchestrator.Api.Meta;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>What every store promises its writers.</summary>
public abstract class CommitTests(Backend backend) : StoreFixture(backend)
{
    [SkippableFact]
    public async Task A_created_object_is_read_back_under_its_revision()
    {
        var stored = await Store.Create(Map("a", "1"));
        stored.Revision.ShouldBe(1);
        stored.Object.Metadata.ResourceVersion.ShouldBe("1");
        Json(stored).ShouldStartWith("{\"metadata\":{");
        (await Store.ReadAsync(stored.Key)).ShouldBe(stored);
        var (objects, revision) = await Store.ReadAllAsync();
        (Names(objects), revision).ShouldBe(("default/a", 1));
    }

    [SkippableFact]
    public async Task Stored_json_has_no_resource_version()
    {
        var stored = await Store.Create(Map("a", "1"));
        var changed = (Api.Core.V1.ConfigMap)stored.Object with { Data = Map("a", "2").Data };
        var updated = await Store.Update(stored, changed);
        updated.Object.Metadata.ResourceVersion.ShouldBe("2");
        Json(updated).ShouldNotContain("resourceVersion");
        Json(updated).ShouldContain("\"2\"");
    }

    [SkippableFact]
    public async Task A_deletion_has_its_own_revision_and_returns_the_last_state()
    {
        var stored = await Store.Create(Map("a", "1"));
        var deleted = await Store.Delete(stored);
        deleted.Revision.ShouldBe(2);
        deleted.Object.Metadata.ResourceVersion.ShouldBe("2");
        Value(deleted).ShouldBe("1");
        (await Store.ReadAsync(stored.Key)).ShouldBeNull();
        Store.Revision.ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_writer_with_an_old_revision_is_refused_and_hears_the_stored_one()
    {
        var first = await Store.Create(Map("a", "1"));
        await Store.Update(first, Map("a", "2"));
        var error = await Should.ThrowAsync<RevisionMismatchException>(Store.Update(first, Map("a", "3")));
        (error.Expected, error.Stored).ShouldBe((1, 2));
        (await Should.ThrowAsync<RevisionMismatchException>(Store.Create(Map("a", "3")))).Stored.ShouldBe(2);
        (await Should.ThrowAsync<RevisionMismatchException>(Store.Delete(first))).Stored.ShouldBe(2);
        var gone = new ObjectWrite(first.Key with { Name = "b" }, Map("b"), 7);
        (await Should.ThrowAsync<RevisionMismatchException>(Store.CommitAsync(gone))).Stored.ShouldBe(0);
        Value(await Store.ReadAsync(first.Key)).ShouldBe("2");
        Store.Revision.ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_write_that_changes_nothing_gets_no_revision()
    {
        var stored = await Store.Create(Map("a", "1"));
        var appends = Journal.Appends;
        (await Store.Update(stored, Map("a", "1"))).ShouldBe(stored);
        (await Store.Update(stored, stored.Object)).ShouldBe(stored);
        (Store.Revision, Journal.Appends).ShouldBe((1, appends));
    }

    [SkippableFact]
    public async Task An_object_is_not_stored_under_the_key_of_another()
    {
        var write = new ObjectWrite(KindRegistry.KeyOf(Map("b")), Map("a"), 0);
        await Should.ThrowAsync<ArgumentException>(() => Store.CommitAsync(write));
        var delete = new ObjectWrite(KindRegistry.KeyOf(Map("b")), null, 0);
        await Should.ThrowAsync<ArgumentException>(() => Store.CommitAsync(delete));
        Store.Revision.ShouldBe(0);
    }

    [SkippableFact]
    public async Task Concurrent_writers_get_dense_revisions_in_fewer_transactions()
    {
        var seen = new ConcurrentQueue<long>();
        using var subscription = Store.Subscribe(changes => seen.EnqueueAll(changes.Select(change => change.Revision)));
        var gate = new TaskCompletionSource();
        Journal.Gate = gate.Task;
        var writers = Enumerable.Range(0, 64).Select(WriteAsync).ToList();
        gate.SetResult();
        await Task.WhenAll(writers).WaitAsync(Patience);
        seen.ShouldBe(Enumerable.Range(1, 640).Select(revision => (long)revision));
        Journal.Appends.ShouldBeLessThan(640);
        Store.Revision.ShouldBe(640);

        async Task WriteAsync(int writer)
        {
            var stored = await Store.Create(Map($"m{writer}"));
            for (var i = 1; i < 10; i++) stored = await Store.Update(stored, Map($"m{writer}", $"{i}"));
        }
    }

    [SkippableFact]
    public async Task All_that_wait_go_into_the_next_transaction_up_to_the_bound()
    {
        Options.BatchMax = 40;
        var gate = new TaskCompletionSource();
        Journal.Gate = gate.Task;
        var first = Store.Create(Map("first"));
        await Until(() => Journal.Appends == 1);
        var others = Enumerable.Range(0, 100).Select(i => Store.Create(Map($"m{i}"))).ToList();
        others.ShouldAllBe(other => !other.IsCompleted);
        await Until(() => Journal.Appends == 1);
        gate.SetResult();
        await Task.WhenAll(others.Append(first)).WaitAsync(Patience);
        Journal.Appends.ShouldBe(4);
        others.Select(other => other.Result.Revision).ShouldBe(Enumerable.Range(2, 100).Select(i => (long)i));
    }

    [SkippableFact]
    public async Task Writes_of_one_object_in_one_transaction_see_each_other()
    {
        var stored = await Store.Create(Map("a", "1"));
        var gate = new TaskCompletionSource();
        Journal.Gate = gate.Task;
        var blocker = Store.Create(Map("blocker"));
        await Until(() => Journal.Appends == 2);
        var winner = Store.Update(stored, Map("a", "2"));
        var loser = Store.Update(stored, Map("a", "3"));
        gate.SetResult();
        await blocker;
        (await winner).Revision.ShouldBe(3);
        (await Should.ThrowAsync<RevisionMismatchException>(loser)).Stored.ShouldBe(3);
    }

    [SkippableFact]
    public async Task Subscribers_hear_of_a_change_before_its_writer()
    {
        var heard = new List<string>();
        ObjectChange? last = null;
        using (Store.Subscribe(changes => { heard.Add(Shown(changes)); last = changes[^1]; }))
        {
            var stored = await Store.Create(Map("a", "1"));
            heard.ShouldBe(["1A:a"]);
            var updated = await Store.Update(stored, Map("a", "2"));
            heard.ShouldBe(["1A:a", "2M:a"]);
            last!.Previous.ShouldBe(stored);
            await Store.Delete(updated);
            heard.ShouldBe(["1A:a", "2M:a", "3D:a"]);
            last.Previous.ShouldBe(updated);
        }
        await Store.Create(Map("b"));
        heard.Count.ShouldBe(3);
    }

    [SkippableFact]
    public async Task A_subscriber_that_fails_hides_nothing_from_the_others()
    {
        var heard = new List<string>();
        using var bad = Store.Subscribe(_ => throw new InvalidOperationException("bug"));
        using var good = Store.Subscribe(changes => heard.Add(Shown(changes)));
        (await Store.Create(Map("a"))).Revision.ShouldBe(1);
        heard.ShouldBe(["1A:a"]);
    }

    [SkippableFact]
    public async Task A_cancelled_write_that_waits_is_not_written()
    {
        using var cancellation = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        Journal.Gate = gate.Task;
        var first = Store.Create(Map("first"));
        await Until(() => Journal.Appends == 1);
        var waiting = Store.CommitAsync(new(KindRegistry.KeyOf(Map("a")), Map("a"), 0), cancellation.Token);
        await cancellation.CancelAsync();
        gate.SetResult();
        await first;
        await Should.ThrowAsync<OperationCanceledException>(waiting.WaitAsync(Patience));
        Store.Revision.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Reopening_gives_the_same_state()
    {
        var a = await Store.Create(Map("a", "1"), Reason("made"));
        var b = await Store.Create(Map("b", "1"));
        await Store.Update(a, Map("a", "2"));
        await Store.Delete(b);
        var before = (await Store.ReadAllAsync()).Objects.Select(Json).ToList();
        await ReopenAsync();
        var (objects, revision) = await Store.ReadAllAsync();
        revision.ShouldBe(4);
        objects.Select(Json).ShouldBe(before);
        objects[0].Object.Metadata.ResourceVersion.ShouldBe("3");
        Value(objects[0]).ShouldBe("2");
        Shown(await Store.ReadChangesAsync(0, 100)).ShouldBe("1A:a 2A:b 3M:a 4D:b");
        (await Store.ReadReasonsAsync("uid-1", 10)).ShouldBe([Reason("made")]);
        (await Store.Create(Map("b", "3"))).Revision.ShouldBe(5);
    }

    [SkippableFact]
    public async Task A_closed_store_refuses_writes()
    {
        await Store.DisposeAsync();
        var error = await Should.ThrowAsync<StoreUnavailableException>(Store.Create(Map("a")));
        error.Message.ShouldBe("the store is closed");
    }
}

public sealed class MemoryCommitTests() : CommitTests(Backend.Memory);

public sealed class SqliteCommitTests() : CommitTests(Backend.Sqlite);

public sealed class SharedMemoryCommitTests() : CommitTests(Backend.SharedMemory);

public sealed class PostgresCommitTests() : CommitTests(Backend.Postgres);

internal static class Queues
{
    public static void EnqueueAll<T>(this ConcurrentQueue<T> queue, IEnumerable<T> items)
    {
        foreach (var item in items) queue.Enqueue(item);
    }
}
