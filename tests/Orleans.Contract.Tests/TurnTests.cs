using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>Which calls of one grain may overlap.</summary>
[Collection(nameof(SharedCluster))]
public sealed class TurnTests(ClusterFixture fixture)
{
    [Fact]
    public async Task Calls_of_one_grain_do_not_overlap()
    {
        var grain = fixture.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey());
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => grain.Add(5)));
        Assert.Equal((50, 1), await grain.CountAndMostAtOnce());
    }

    [Fact]
    public async Task Grains_run_beside_each_other()
    {
        var gate = ClusterFixture.NewKey();
        var waiting = fixture.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey()).WaitFor(gate);
        await fixture.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey()).Open(gate);
        await waiting;
    }

    [Fact]
    public async Task Awaits_and_background_tasks_of_a_grain_stay_on_its_scheduler() =>
        Assert.Equal("same same same", await fixture.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey()).Schedulers());

    [Fact]
    public async Task Background_tasks_never_run_beside_a_turn()
    {
        var grain = fixture.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey());
        Assert.Equal(1, await grain.MostAtOnceInBackground(20));
    }

    [Fact]
    public async Task An_always_interleaving_call_enters_a_waiting_grain()
    {
        var gate = ClusterFixture.NewKey();
        var grain = fixture.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey());
        var waiting = grain.WaitFor(gate);
        await grain.Open(gate);
        await waiting;
    }

    [Fact]
    public async Task A_reentrant_grain_lets_everything_in()
    {
        var gate = ClusterFixture.NewKey();
        var grain = fixture.Client.GetGrain<IReentrantGrain>(ClusterFixture.NewKey());
        var waiting = grain.WaitFor(gate);
        await grain.Open(gate);
        await waiting;
    }

    [Fact]
    public async Task Read_only_calls_interleave_among_themselves()
    {
        var gate = ClusterFixture.NewKey();
        var grain = fixture.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey());
        var waiting = grain.ReadAndWait(gate);
        await grain.ReadAndOpen(gate);
        await waiting;
    }

    [Fact]
    public async Task A_write_waits_for_the_reader_before_it()
    {
        var (gate, key) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        var grain = fixture.Client.GetGrain<ITurnGrain>(key);
        var reading = grain.ReadAndWait(gate);
        await Eventually.Holds(() => Board.Notes(key).Contains("reading"), "the read began");
        var writing = grain.Write();
        await grain.ReadAndOpen(gate);
        await Task.WhenAll(reading, writing);
        Assert.Equal(["reading", "read", "written"], Board.Notes(key));
    }

    [Fact]
    public async Task May_interleave_asks_the_predicate()
    {
        var gate = ClusterFixture.NewKey();
        var grain = fixture.Client.GetGrain<IPredicateGrain>(ClusterFixture.NewKey());
        var waiting = grain.WaitFor(gate);
        await grain.Open(gate);
        await waiting;
    }

    [Fact]
    public async Task A_cycle_with_call_chain_reentrancy_goes_through()
    {
        var grain = fixture.Client.GetGrain<ICycleGrain>(ClusterFixture.NewKey());
        Assert.Equal("came back",
            await grain.GoRound(fixture.Client.GetGrain<ICycleGrain>(ClusterFixture.NewKey()), allow: true));
    }

    [Fact]
    public async Task One_way_calls_do_not_wait()
    {
        var (gate, key) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        var grain = fixture.Client.GetGrain<IOneWayGrain>(key);
        await grain.NoteAfter(gate);
        Assert.Empty(Board.Notes(key));
        Board.Open(gate);
        await Eventually.Holds(() => Board.Notes(key) is ["noted"], "the one-way call ran");
    }

    [Fact]
    public async Task Errors_of_one_way_calls_are_lost()
    {
        var grain = fixture.Client.GetGrain<IOneWayGrain>(ClusterFixture.NewKey());
        await grain.Fail();
        Assert.True(await grain.IsAlive());
    }
}
