using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>
/// Idle activations are collected. On the real clock: the collector of Microsoft Orleans mixes its own clock with the
/// system's.
/// </summary>
public sealed class CollectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(2);
    private InProcessTestCluster _cluster = null!;
    private TimeSpan _longestPause;

    public async Task InitializeAsync()
    {
        var builder = ClusterFixture.Builder(silos: 1);
        builder.ConfigureSilo((_, silo) => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionAge = Age;
            options.CollectionQuantum = TimeSpan.FromMilliseconds(250);
        }));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Idle_activations_are_collected_after_their_age_and_not_before()
    {
        var start = TimeProvider.System.GetTimestamp();
        await Collected();
        Assert.True(TimeProvider.System.GetElapsedTime(start) > Age / 2, "collected long before its age");
    }

    [Fact]
    public async Task Use_delays_collection()
    {
        var key = ClusterFixture.NewKey();
        var start = TimeProvider.System.GetTimestamp();
        var (last, standstills) = (start, 0);
        await Eventually.Holds(
            async () =>
            {
                var before = TimeProvider.System.GetTimestamp();
                await _cluster.Client.GetGrain<ILifeGrain>(key).Touch();
                if (TimeProvider.System.GetElapsedTime(last) >= Age) standstills++;
                last = before;
                return TimeProvider.System.GetElapsedTime(start) > Age * 2;
            },
            "twice the age passed");
        // Whom a machine that stood still let alone for so long may have been collected.
        Assert.InRange(Board.Notes(key).Count(note => note == "activated"), 1, 1 + standstills);
    }

    [Fact]
    public async Task Kept_alive_grains_stay()
    {
        var key = ClusterFixture.NewKey();
        await _cluster.Client.GetGrain<IKeptGrain>(key).Touch();
        await Collected();
        Assert.Empty(Board.Notes(key));
    }

    [Fact]
    public async Task Delayed_deactivation_keeps_a_grain_longer()
    {
        var key = ClusterFixture.NewKey();
        await _cluster.Client.GetGrain<IDelayedGrain>(key).StayFor(TimeSpan.FromHours(2));
        await Collected();
        Assert.Empty(Board.Notes(key));
    }

    [Fact]
    public async Task A_timer_keeps_a_grain_only_when_asked_to()
    {
        var (kept, other) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        await _cluster.Client.GetGrain<ITimerGrain>(kept).Start("options", periodMilliseconds: 100);
        await _cluster.Client.GetGrain<ITimerGrain>(other).Start("plain", periodMilliseconds: 100);
        await Holds(() => !IsActive(other), "collected");
        // No timer ticks while the machine stands still.
        Assert.True(IsActive(kept) || _longestPause > Age / 2);
    }

    // As Eventually, and knows for how long the machine stood still meanwhile.
    private Task Holds(Func<bool> condition, string what)
    {
        var last = TimeProvider.System.GetTimestamp();
        return Eventually.Holds(
            () =>
            {
                var pause = TimeProvider.System.GetElapsedTime(last);
                _longestPause = pause > _longestPause ? pause : _longestPause;
                last = TimeProvider.System.GetTimestamp();
                return condition();
            },
            what);
    }

    private bool IsActive(string key) =>
        _cluster.TryGetGrainContext(_cluster.Client.GetGrain<ITimerGrain>(key).GetGrainId(), out _);

    private async Task Collected()
    {
        var key = ClusterFixture.NewKey();
        await _cluster.Client.GetGrain<ILifeGrain>(key).Touch();
        await Holds(() => Board.Notes(key).Contains("deactivated ActivationIdle"), "the idle grain was collected");
    }
}
