using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Objects whose nudges were lost are woken all the same.</summary>
public sealed class SweeperTests
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task What_nobody_was_told_of_is_done_in_time()
    {
        await using var world = await TestWorld.StartAsync(configure: options => options.SweepPeriod = Often);
        await Write(world, Given.Deployment("written", 2));
        await Write(world, Given.Pod("bare"));
        await world.Settled("written", 2);
        await world.Running(Given.Pod("bare"));
    }

    [Fact]
    public async Task An_object_whose_owner_went_unnoticed_is_collected()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0, configure: options => options.SweepPeriod = Often);
        var owner = await world.Create(Given.ConfigMap("owner"));
        var map = Given.ConfigMap("owned");
        var owned = await world.Create(map with
        {
            Metadata = map.Metadata with
            {
                OwnerReferences =
                    [new() { ApiVersion = "v1", Kind = "ConfigMap", Name = "owner", Uid = owner.Metadata.Uid! }]
            },
        });
        var stored = world.Cache.Find(KindRegistry.KeyOf(owner))!;
        await world.Store.CommitAsync(new ObjectWrite(stored.Key, null, stored.Revision));
        await world.Gone(owned);
    }

    [Fact]
    public async Task Old_events_are_swept_away_and_the_rest_stays()
    {
        await using var world = await TestWorld.StartAsync(
            configure: options => (options.SweepPeriod, options.EventLifetime) = (Often, TimeSpan.FromSeconds(2)));
        var pod = await world.Create(Given.Pod("told"));
        await world.Running(pod);
        // Whoever looks late finds none any more.
        await world.Eventually(
            async () => (await world.History()).Any(change => change.Object.Object is Event), "events were written");
        await world.Eventually(() => !world.Cache.All(Event.Kind).Any(), "events are gone");
        Assert.True(world.Fresh(pod).IsReady());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_object_is_woken_by_one_silo_also_after_one_has_died(bool isApart)
    {
        Action<Orchestrator.Grains.GrainOptions> often = options => options.SweepPeriod = Often;
        await using var world = isApart
            ? await TestWorld.StartApartAsync(nodes: 0, silos: 3, configure: often)
            : await TestWorld.StartAsync(nodes: 0, silos: 3, configure: often);
        await world.Create(Given.ReplicaSet("many", 40));
        await world.Eventually(() => world.Pods("many").Count == 40, "they are there");
        await world.Eventually(() => Woken(world, 3) == Wakeable(world), "three silos wake each object once");
        Assert.All(world.Sweeps.Values, sweep => Assert.True(sweep.Woken < Wakeable(world)));
        await world.KillSiloAsync(world.Silos[2]);
        await world.Eventually(() => Woken(world, 2) == Wakeable(world), "two silos wake each object once",
            seconds: 60);
    }

    private static int Woken(TestWorld world, int silos) =>
        world.Sweeps.Values.Where(sweep => sweep.Silos == silos).ToList() is var sweeps && sweeps.Count == silos
            ? sweeps.Sum(sweep => sweep.Woken)
            : -1;

    // Namespaces, what each of them holds by nature, the set and its pods. Passive objects without owners sleep.
    private static int Wakeable(TestWorld world) =>
        world.Cache.All(Namespace.Kind).Count() + world.Cache.All(Pod.Kind).Count() + 1;

    // As the API would store it, but without a grain that tells anybody.
    private static async Task Write(TestWorld world, ApiObject sent)
    {
        var kind = KindRegistry.Of(sent);
        var obj = ObjectWrites.Created(kind, sent, $"uid-{sent.Metadata.Name}",
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await world.Store.CommitAsync(new ObjectWrite(KindRegistry.KeyOf(sent), obj, 0));
    }
}
