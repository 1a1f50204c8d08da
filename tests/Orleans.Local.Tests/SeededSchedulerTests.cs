using System.Collections.Immutable;

namespace Orleans.Local.Tests;

/// <summary>Same seed, same history.</summary>
public sealed class SeededSchedulerTests
{
    [Fact]
    public void The_same_seed_gives_the_same_order() => AssertSame(History(7), History(7));

    [Fact]
    public void Some_other_seed_gives_another_order() =>
        Assert.Contains(Enumerable.Range(1, 5), seed => !History(seed).SequenceEqual(History(0)));

    [Fact]
    public void The_same_seed_gives_the_same_order_through_the_death_of_a_silo() =>
        AssertSame(History(3, kill: true), History(3, kill: true));

    [Fact]
    public void A_day_of_virtual_time_passes_at_once()
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider());
        var before = scheduler.Clock.GetUtcNow();
        scheduler.Run(() => Task.Delay(TimeSpan.FromDays(1), scheduler.Clock));
        Assert.Equal(TimeSpan.FromDays(1), scheduler.Clock.GetUtcNow() - before);
    }

    [Fact]
    public void A_body_that_waits_for_nothing_is_told_so()
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider());
        var error = Assert.Throws<InvalidOperationException>(
            () => scheduler.Run(() => new TaskCompletionSource().Task));
        Assert.Contains("Seed 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_never_ends_is_stopped_at_the_horizon()
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider()) { Horizon = TimeSpan.FromHours(1) };
        Assert.Throws<TimeoutException>(() => scheduler.Run(async () =>
        {
            while (scheduler.TurnCount >= 0)
            {
                await Task.Delay(TimeSpan.FromMinutes(1), scheduler.Clock);
            }
        }));
    }

    [Fact]
    public void Response_timeouts_run_on_the_virtual_clock()
    {
        var scheduler = new SeededScheduler(1, new VirtualTimeProvider());
        var before = scheduler.Clock.GetUtcNow();
        var cluster = Build(scheduler);
        scheduler.Run(async () =>
        {
            await cluster.DeployAsync();
            await Assert.ThrowsAsync<TimeoutException>(() => cluster.Client.GetGrain<IWalkerGrain>("stuck").Never());
            // A graceful stop would wait for the stuck turn, on the real clock of the host.
            foreach (var silo in cluster.Silos)
            {
                await cluster.KillSiloAsync(silo);
            }

            await cluster.DisposeAsync();
        });
        Assert.InRange(scheduler.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90));
    }

    private static void AssertSame(ImmutableArray<string> first, ImmutableArray<string> second)
    {
        Assert.Equal(first.Length, second.Length);
        Assert.All(first.Zip(second), pair => Assert.Equal(pair.First, pair.Second));
    }

    private static InProcessTestCluster Build(SeededScheduler scheduler)
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorageAsDefault().UseInMemoryReminderService());
        builder.UseSeededScheduler(scheduler);
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        return builder.Build();
    }

    private static ImmutableArray<string> History(int seed, bool kill = false)
    {
        var scheduler = new SeededScheduler(seed, new VirtualTimeProvider());
        var cluster = Build(scheduler);
        return scheduler.Run(async () =>
        {
            await cluster.DeployAsync();
            var log = cluster.Client.GetGrain<ILogGrain>("log");
            var walkers = Enumerable.Range(0, 10)
                .Select(index => cluster.Client.GetGrain<IWalkerGrain>($"walker-{index}")).ToArray();
            var walks = Task.WhenAll(walkers.Select(walker => walker.Walk(log, 5)));
            if (kill)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), scheduler.Clock);
                await cluster.KillSiloAsync(cluster.Silos[1]);
                await cluster.StartAdditionalSiloAsync();
            }

            // A walk may die with its silo; what was logged until then is part of the history.
            await Task.WhenAny(walks);
            var lines = await log.Lines();
            await cluster.DisposeAsync();
            return ImmutableArray.CreateRange(
                [.. lines, $"{scheduler.TurnCount} turns until {scheduler.Clock.GetUtcNow():O}"]);
        });
    }
}
