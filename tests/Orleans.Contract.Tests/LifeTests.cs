using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>How activations begin and end.</summary>
[Collection(nameof(SharedCluster))]
public sealed class LifeTests(ClusterFixture fixture)
{
    private ILifeGrain Grain(string key) => fixture.Client.GetGrain<ILifeGrain>(key);

    [Fact]
    public async Task The_first_call_activates_and_the_hook_runs_before_it()
    {
        var key = ClusterFixture.NewKey();
        await Grain(key).Touch();
        Assert.Equal(["activated", "touched"], Board.Notes(key));
    }

    [Fact]
    public async Task Deactivate_on_idle_ends_after_the_turn_and_the_next_call_begins_anew()
    {
        var key = ClusterFixture.NewKey();
        await Grain(key).EndAfterThis();
        await Eventually.Holds(
            () => Board.Notes(key).Any(note => note.StartsWith("deactivated", StringComparison.Ordinal)), "the end");
        await Grain(key).Touch();
        Assert.Equal(["activated", "ended", "deactivated ApplicationRequested", "activated", "touched"],
            Board.Notes(key));
    }

    [Fact]
    public async Task Calls_that_wait_for_an_ending_activation_are_served_by_the_next()
    {
        var (key, gate) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        var ending = Grain(key).EndAfter(gate);
        await Eventually.Holds(() => Board.Notes(key).Contains("ending"), "the last turn");
        var waiting = Enumerable.Range(0, 5).Select(_ => Grain(key).Touch()).ToArray();
        Board.Open(gate);
        await ending;
        await Task.WhenAll(waiting);
        Assert.Equal(2, Board.Notes(key).Count(note => note == "activated"));
    }

    [Fact]
    public async Task A_failing_activation_fails_the_call_and_is_tried_again()
    {
        var key = ClusterFixture.NewKey();
        var grain = fixture.Client.GetGrain<IFragileGrain>(key);
        await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Touch());
        Board.Open(key);
        Assert.Equal("fine", await grain.Touch());
    }

    [Fact]
    public async Task A_throwing_constructor_fails_the_call() =>
        await Assert.ThrowsAnyAsync<Exception>(() => fixture.Client.GetGrain<IUnconstructibleGrain>("x").Touch());

    [Fact]
    public async Task The_context_knows_the_grain()
    {
        var key = ClusterFixture.NewKey();
        Assert.Equal($"life/{key} life/{key} True", await Grain(key).Describe());
    }

    [Fact]
    public async Task Disposable_grains_are_disposed_at_the_end()
    {
        var key = ClusterFixture.NewKey();
        var grain = fixture.Client.GetGrain<IDisposableGrain>(key);
        await grain.Touch();
        await fixture.Cluster.DeactivateAsync(grain);
        await Eventually.Holds(() => Board.Notes(key) is ["disposed"], "the grain was disposed");
    }

    [Fact]
    public async Task A_grain_takes_part_in_its_lifecycle()
    {
        var key = ClusterFixture.NewKey();
        var grain = fixture.Client.GetGrain<ILifecycleGrain>(key);
        await grain.Touch();
        await fixture.Cluster.DeactivateAsync(grain);
        await Eventually.Holds(() => Board.Notes(key).Length == 6, "all stages");
        Assert.Equal(
            ["start early", "start late", "OnActivateAsync", "OnDeactivateAsync", "stop late", "stop early"],
            Board.Notes(key));
    }

    [Fact]
    public async Task Plain_grain_bases_work_without_the_base_class() =>
        Assert.Equal("poco/p", await fixture.Client.GetGrain<IPocoGrain>("p").Identity());
}
