using System.Collections.Concurrent;
using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>Several silos: where grains go, and what happens when a silo does.</summary>
public sealed class SiloTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    private IGrainFactory Client => _cluster.Client;

    public async Task InitializeAsync()
    {
        var builder = ClusterFixture.Builder(silos: 3);
        builder.ConfigureSilo((_, silo) => silo
            .AddPlacementDirector<FirstSiloPlacement, FirstSiloDirector>()
            .Configure<ClusterMembershipOptions>(options =>
            {
                // Sooner than usual, and still not for a process that stood still for a moment.
                options.ProbeTimeout = TimeSpan.FromSeconds(2);
                options.NumMissedProbesLimit = 3;
                options.NumVotesForDeathDeclaration = 1;
            }));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Prefer_local_places_at_the_caller()
    {
        foreach (var silo in _cluster.Silos)
        {
            var local = silo.ServiceProvider.GetRequiredService<IGrainFactory>();
            Assert.Equal(silo.SiloAddress.ToString(),
                await local.GetGrain<ILocalGrain>(ClusterFixture.NewKey()).Where());
        }
    }

    [Fact]
    public async Task Random_placement_uses_all_silos()
    {
        var places = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(_ => Client.GetGrain<IRandomGrain>(ClusterFixture.NewKey()).Where()));
        Assert.Equal(3, places.Distinct().Count());
    }

    [Fact]
    public async Task Hash_based_placement_goes_by_the_key()
    {
        var grain = Client.GetGrain<IHashedGrain>(ClusterFixture.NewKey());
        var first = await grain.Where();
        await _cluster.DeactivateAsync(grain);
        Assert.Equal(first, await grain.Where());
    }

    [Fact]
    public async Task A_director_of_ones_own_decides()
    {
        var places = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Client.GetGrain<IFirstSiloGrain>(ClusterFixture.NewKey()).Where()));
        Assert.Equal([_cluster.Silos.Select(silo => silo.SiloAddress).Order().First().ToString()], places.Distinct());
    }

    [Fact]
    public async Task A_grain_lives_once_whoever_calls()
    {
        var key = ClusterFixture.NewKey();
        var places = await Task.WhenAll(_cluster.Silos.SelectMany(silo => Enumerable.Range(0, 10).Select(_ =>
            silo.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IRandomGrain>(key).Where())));
        Assert.Single(places.Distinct());
    }

    [Fact]
    public async Task Stateless_workers_work_side_by_side_up_to_their_number()
    {
        var (key, gate) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        var local = _cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        var calls = Enumerable.Range(0, 6).Select(_ => local.GetGrain<IWorkerGrain>(key).Work(gate)).ToArray();
        await Eventually.Holds(() => Board.Notes(key).Length == 2, "two workers work");
        Board.Open(gate);
        var places = await Task.WhenAll(calls);
        Assert.Equal([_cluster.Silos[0].SiloAddress.ToString()], places.Distinct());
    }

    [Fact]
    public async Task After_a_graceful_stop_grains_move_with_their_written_state()
    {
        var (grain, home) = await Pinned();
        await grain.Write("moves");
        await _cluster.StopSiloAsync(home);
        await Eventually.Holds(async () => await Answers(grain) is { } place && place != home.SiloAddress.ToString(),
            "the grain moved");
        Assert.Contains("deactivated ShuttingDown", Board.Notes(grain.GetPrimaryKeyString()));
    }

    [Fact]
    public async Task After_a_kill_calls_in_flight_fail_and_the_grain_comes_back_elsewhere()
    {
        var (grain, home) = await Pinned();
        var key = grain.GetPrimaryKeyString();
        var hanging = grain.Hang(key);
        await Eventually.Holds(() => Board.Notes(key).Contains("hanging"), "the call is in flight");
        await _cluster.KillSiloAsync(home);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => hanging);
        Assert.True(error is OrleansException or TimeoutException, error.ToString());
        await Eventually.Holds(async () => await Answers(grain) is { } place && place != home.SiloAddress.ToString(),
            "the grain came back", 60);
        Assert.DoesNotContain("deactivated ShuttingDown", Board.Notes(key));
    }

    [Fact]
    public async Task Silos_hear_of_each_other()
    {
        var oracle = _cluster.Silos[0].ServiceProvider.GetRequiredService<ISiloStatusOracle>();
        var heard = new Listener();
        Assert.True(oracle.SubscribeToSiloStatusEvents(heard));
        var added = await _cluster.StartAdditionalSiloAsync();
        await Eventually.Holds(() => heard.Statuses(added.SiloAddress).Contains(SiloStatus.Active),
            "the new silo was seen");
        Assert.Equal(4, oracle.GetApproximateSiloStatuses(onlyActive: true).Count);
        await _cluster.KillSiloAsync(added);
        await Eventually.Holds(() => heard.Statuses(added.SiloAddress).Contains(SiloStatus.Dead),
            "its death was seen", 60);
        Assert.True(oracle.IsDeadSilo(added.SiloAddress));
        Assert.True(oracle.UnSubscribeFromSiloStatusEvents(heard));
    }

    [Fact]
    public void A_silo_knows_itself()
    {
        var services = _cluster.Silos[1].ServiceProvider;
        var details = services.GetRequiredService<ILocalSiloDetails>();
        Assert.Equal(_cluster.Silos[1].SiloAddress, details.SiloAddress);
        Assert.Equal(SiloStatus.Active, services.GetRequiredService<ISiloStatusOracle>().CurrentStatus);
        Assert.Equal(details.SiloAddress, SiloAddress.FromParsableString(details.SiloAddress.ToParsableString()));
    }

    private static async Task<string?> Answers(IHomeGrain grain)
    {
        try
        {
            return await grain.Where();
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            return null;
        }
    }

    private async Task<(IHomeGrain Grain, InProcessSiloHandle Home)> Pinned()
    {
        var home = _cluster.Silos[^1];
        var key = ClusterFixture.NewKey();
        await home.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IHomeGrain>(key).Where();
        var grain = Client.GetGrain<IHomeGrain>(key);
        Assert.Equal(home.SiloAddress.ToString(), await grain.Where());
        return (grain, home);
    }

    private sealed class Listener : ISiloStatusListener
    {
        private readonly ConcurrentQueue<(SiloAddress Silo, SiloStatus Status)> _heard = new();

        public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) =>
            _heard.Enqueue((updatedSilo, status));

        public List<SiloStatus> Statuses(SiloAddress silo) =>
            [.. _heard.Where(one => one.Silo.Equals(silo)).Select(one => one.Status)];
    }
}
