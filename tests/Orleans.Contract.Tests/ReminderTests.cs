using Orleans.Contract.Tests.Support;
using Orleans.Reminders;

namespace Orleans.Contract.Tests;

/// <summary>Reminders, on a clock of their own.</summary>
public sealed class ReminderTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        var builder = ClusterFixture.Builder(silos: 1);
        builder.ConfigureSilo((_, silo) =>
            silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, _clock));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Reminders_tick_again_and_again_until_unregistered()
    {
        var key = ClusterFixture.NewKey();
        var grain = _cluster.Client.GetGrain<IReminderGrain>(key);
        await grain.Register("wake", due: TimeSpan.FromMinutes(2), period: TimeSpan.FromMinutes(3));
        Assert.Equal(["wake"], await grain.Names());
        await PassUntil(() => Board.Notes(key).Length >= 2, "two ticks");
        Assert.All(Board.Notes(key), note => Assert.Equal("wake every 00:03:00", note));
        await grain.Unregister("wake");
        Assert.Empty(await grain.Names());
        // One may have been on its way.
        await Eventually.Holds(
            async () =>
            {
                var seen = Board.Notes(key).Length;
                await Pass(minutes: 10);
                return seen == Board.Notes(key).Length;
            },
            "the end of the ticks");
    }

    [Fact]
    public async Task Reminders_wake_a_grain_that_was_deactivated()
    {
        var key = ClusterFixture.NewKey();
        var grain = _cluster.Client.GetGrain<IReminderGrain>(key);
        await grain.Register("wake", due: TimeSpan.FromMinutes(2), period: TimeSpan.FromMinutes(3));
        await _cluster.DeactivateAsync(grain);
        await PassUntil(() => Board.Notes(key).Length >= 1, "a tick after the deactivation");
    }

    [Fact]
    public async Task Reminders_below_the_minimum_period_are_refused()
    {
        var grain = _cluster.Client.GetGrain<IReminderGrain>(ClusterFixture.NewKey());
        await Assert.ThrowsAsync<ArgumentException>(
            () => grain.Register("fast", TimeSpan.Zero, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task An_unknown_reminder_is_null() =>
        Assert.False(await _cluster.Client.GetGrain<IReminderGrain>(ClusterFixture.NewKey()).Has("nothing"));

    private async Task Pass(int minutes)
    {
        for (var step = 0; step < minutes * 4; step++)
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            await _cluster.Client.GetGrain<IEchoGrain>("breather").Number(step);
        }
    }

    private Task PassUntil(Func<bool> condition, string what) => Eventually.Holds(
        async () =>
        {
            await Pass(minutes: 1);
            return condition();
        },
        what);
}
