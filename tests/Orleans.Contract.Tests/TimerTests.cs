using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>Grain timers: their callbacks are turns.</summary>
[Collection(nameof(SharedCluster))]
public sealed class TimerTests(ClusterFixture fixture)
{
    private ITimerGrain Grain(string key) => fixture.Client.GetGrain<ITimerGrain>(key);

    [Theory]
    [InlineData("plain")]
    [InlineData("token")]
    [InlineData("state")]
    [InlineData("state-token")]
    [InlineData("options")]
    public async Task Every_overload_ticks_again_and_again(string overload)
    {
        var key = ClusterFixture.NewKey();
        await Grain(key).Start(overload, periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(key).Length >= 3, "three ticks");
    }

    [Fact]
    public async Task A_timer_without_period_ticks_once()
    {
        var (key, other) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        await Grain(key).Start("plain", periodMilliseconds: Timeout.Infinite);
        await Eventually.Holds(() => Board.Notes(key).Length == 1, "the only tick");
        await Grain(other).Start("plain", periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(other).Length >= 10, "ten ticks of another timer");
        Assert.Single(Board.Notes(key));
    }

    [Fact]
    public async Task A_disposed_timer_stops()
    {
        var (key, other) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        await Grain(key).Start("plain", periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(key).Length >= 1, "a tick");
        await Grain(key).Stop();
        var seen = Board.Notes(key).Length;
        await Grain(other).Start("plain", periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(other).Length >= 10, "ten ticks of another timer");
        Assert.Equal(seen, Board.Notes(key).Length);
    }

    [Fact]
    public async Task A_change_makes_a_far_timer_near()
    {
        var key = ClusterFixture.NewKey();
        await Grain(key).StartFarAway();
        await Grain(key).Change(dueMilliseconds: 1);
        await Eventually.Holds(() => Board.Notes(key).Length >= 1, "the tick after the change");
    }

    [Fact]
    public async Task A_change_inside_the_callback_decides_the_next_tick()
    {
        var key = ClusterFixture.NewKey();
        await Grain(key).StartThatChangesItself();
        await Eventually.Holds(() => Board.Notes(key).Length >= 3, "the ticks that the callback asked for");
    }

    [Fact]
    public async Task A_tick_waits_for_the_running_call()
    {
        var (key, gate) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        var waiting = Grain(key).StartAndHold(gate, interleave: false);
        var other = ClusterFixture.NewKey();
        await Grain(other).Start("plain", periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(other).Length >= 10, "ten ticks of another timer");
        Assert.Empty(Board.Notes(key));
        Board.Open(gate);
        await waiting;
        await Eventually.Holds(() => Board.Notes(key).Length >= 1, "the tick after the call");
    }

    [Fact]
    public async Task An_interleaving_tick_does_not_wait()
    {
        var (key, gate) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        var waiting = Grain(key).StartAndHold(gate, interleave: true);
        await Eventually.Holds(() => Board.Notes(key).Length >= 1, "a tick during the call");
        Board.Open(gate);
        await waiting;
    }

    [Fact]
    public async Task Ticks_of_one_timer_never_overlap()
    {
        var (key, gate, other) = (ClusterFixture.NewKey(), ClusterFixture.NewKey(), ClusterFixture.NewKey());
        await Grain(key).StartSlow(gate);
        await Eventually.Holds(() => Board.Notes(key) is ["in", ..], "the first tick");
        await Grain(other).Start("plain", periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(other).Length >= 10, "ten ticks of another timer");
        Assert.Equal(["in"], Board.Notes(key));
        Board.Open(gate);
        await Eventually.Holds(() => Board.Notes(key) is ["in", "out", "in", ..], "the next tick after the slow one");
    }

    [Fact]
    public async Task A_failing_timer_goes_on()
    {
        var key = ClusterFixture.NewKey();
        await Grain(key).StartFailing();
        await Eventually.Holds(() => Board.Notes(key).Length >= 3, "ticks after a failure");
    }

    [Fact]
    public async Task Timers_end_with_their_activation()
    {
        var (key, other) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        await Grain(key).Start("plain", periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(key).Length >= 1, "a tick");
        await fixture.Cluster.DeactivateAsync(Grain(key));
        var seen = Board.Notes(key).Length;
        await Grain(other).Start("plain", periodMilliseconds: 5);
        await Eventually.Holds(() => Board.Notes(other).Length >= 10, "ten ticks of another timer");
        Assert.Equal(seen, Board.Notes(key).Length);
    }

    [Fact]
    public async Task Wrong_times_are_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Grain(ClusterFixture.NewKey()).Start("plain", periodMilliseconds: -5));
}
