using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>What a store does when its journal fails.</summary>
public abstract class FaultTests(Backend backend) : StoreFixture(backend)
{
    [SkippableFact]
    public async Task A_failed_append_fails_its_whole_batch_and_changes_nothing()
    {
        var stored = await Store.Create(Map("a", "1"));
        var heard = new List<string>();
        using var subscription = Store.Subscribe(changes => heard.Add(Shown(changes)));
        Journal.FailNextBefore();
        var gate = new TaskCompletionSource();
        Journal.Gate = gate.Task;
        var failed = Store.Update(stored, Map("a", "2"));
        gate.SetResult();
        var error = await Should.ThrowAsync<StoreUnavailableException>(failed);
        error.IsOutcomeUnknown.ShouldBeFalse();
        error.Message.ShouldBe("the store could not commit: the disk is gone; try again");
        (Store.Revision, Value(await Store.ReadAsync(stored.Key)), heard.Count).ShouldBe((1, "1", 0));
        (await Store.Update(stored, Map("a", "3"))).Revision.ShouldBe(2);
        heard.ShouldBe(["2M:a"]);
    }

    [SkippableFact]
    public async Task A_refusal_that_rests_on_a_failed_write_is_not_given()
    {
        var gate = new TaskCompletionSource();
        Journal.Gate = gate.Task;
        var blocker = Store.Create(Map("blocker"));
        await Until(() => Journal.Appends == 1);
        var first = Store.Create(Map("a", "1"));
        var second = Store.Create(Map("a", "2"));
        Journal.Gate = FailSecondAsync(blocker);
        gate.SetResult();
        await Should.ThrowAsync<StoreUnavailableException>(first);
        await Should.ThrowAsync<StoreUnavailableException>(second);
        (await Store.Create(Map("a", "2"))).Revision.ShouldBe(2);

        async Task FailSecondAsync(Task before)
        {
            await before;
            Journal.FailNextBefore();
        }
    }

    [SkippableFact]
    public async Task A_commit_that_happened_behind_an_error_is_acknowledged()
    {
        var heard = new List<string>();
        using var subscription = Store.Subscribe(changes => heard.Add(Shown(changes)));
        Journal.FailNextAfter();
        (await Store.Create(Map("a", "1"))).Revision.ShouldBe(1);
        heard.ShouldBe(["1A:a"]);
        (await Store.Create(Map("b", "1"))).Revision.ShouldBe(2);
        await ReopenAsync();
        Shown(await Store.ReadChangesAsync(0, 10)).ShouldBe("1A:a 2A:b");
    }

    [SkippableFact]
    public async Task An_unknown_outcome_is_settled_before_the_next_write()
    {
        var heard = new List<string>();
        using var subscription = Store.Subscribe(changes => heard.Add(Shown(changes)));
        Journal.FailNextAfter();
        Journal.FailsToRecover = true;
        (await Should.ThrowAsync<StoreUnavailableException>(Store.Create(Map("a")))).IsOutcomeUnknown.ShouldBeTrue();
        (await Should.ThrowAsync<StoreUnavailableException>(Store.Create(Map("b")))).IsOutcomeUnknown.ShouldBeFalse();
        heard.ShouldBeEmpty();
        Journal.FailsToRecover = false;
        (await Should.ThrowAsync<RevisionMismatchException>(Store.Create(Map("a")))).Stored.ShouldBe(1);
        heard.ShouldBe(["1A:a"]);
        (await Store.Create(Map("b"))).Revision.ShouldBe(2);
    }

    [SkippableFact]
    public async Task Whoever_catches_up_sees_what_was_written_without_an_answer_or_is_refused()
    {
        Journal.FailNextAfter();
        Journal.FailsToRecover = true;
        await Should.ThrowAsync<StoreUnavailableException>(Store.Create(Map("a")));
        if (!Journal.IsShared) await Should.ThrowAsync<StoreUnavailableException>(Store.CatchUpAsync().AsTask());
        Journal.FailsToRecover = false;
        var isCaughtUp = false;
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(20);
        // A journal on disk settles on its own thread; whoever asks meanwhile is told to try again.
        while (!isCaughtUp && TimeProvider.System.GetUtcNow() < deadline)
        {
            try
            {
                await Store.CatchUpAsync();
                isCaughtUp = true;
            }
            catch (StoreUnavailableException)
            {
                await Task.Yield();
            }
        }
        (isCaughtUp, Store.Revision).ShouldBe((true, 1L));
    }

    [SkippableFact]
    public async Task Reasons_wait_out_a_failure()
    {
        Journal.FailNextBefore();
        Store.Explain([Reason("still there")]);
        await Should.ThrowAsync<StoreUnavailableException>(Store.Create(Map("a")));
        await Store.Create(Map("a"));
        await ReopenAsync();
        (await Store.ReadReasonsAsync("uid-1", 10)).ShouldBe([Reason("still there")]);
    }
}

public sealed class MemoryFaultTests() : FaultTests(Backend.Memory);

public sealed class SqliteFaultTests() : FaultTests(Backend.Sqlite);

public sealed class SharedMemoryFaultTests() : FaultTests(Backend.SharedMemory);

public sealed class PostgresFaultTests() : FaultTests(Backend.Postgres);
