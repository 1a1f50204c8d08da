using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Two silos, of which one dies.</summary>
public sealed class SiloTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_rollout_goes_on_when_a_silo_dies_and_nothing_is_made_twice(int victim)
    {
        await using var world = await TestWorld.StartAsync(nodes: 2, silos: 2);
        var deployment = await world.Create(Given.Deployment("web", 6).With(spec => spec with
        {
            Strategy = new() { RollingUpdate = new() { MaxSurge = 1, MaxUnavailable = 0 } },
        }));
        await world.Rolled(deployment);
        await world.Change(deployment, old => old.WithImage("v2"));
        await world.Eventually(() => world.Pods("web").Any(pod => pod.ImageOf() == "test/v2:1"),
            "the rollout has begun");
        await world.KillSiloAsync(world.Silos[victim]);
        await world.Eventually(() => world.Pods("web") is { Count: 6 } pods
            && pods.All(pod => pod.IsReady() && pod.ImageOf() == "test/v2:1"),
            "the rollout is complete", seconds: 90);
        await world.Eventually(() => world.Fresh(deployment).Status is { UpdatedReplicas: 6, AvailableReplicas: 6 },
            "the status says so", seconds: 60);
        var born = (await world.History()).Where(
            change => change.Type == ChangeType.Added && change.Object.Object is Pod).ToList();
        Assert.Equal(12, born.Count);
        Assert.Equal(2, world.Sets(deployment).Count);
        Assert.All(world.Pods("web"), pod => Assert.Equal(0, pod.Status.ContainerStatuses[0].RestartCount));
        await world.Eventually(async () => await Containers(world) == 12, "each pod has its sandbox and its container");
    }

    [Fact]
    public async Task Pods_run_on_and_objects_are_written_again_after_a_silo_died()
    {
        await using var world = await TestWorld.StartAsync(nodes: 1, silos: 2);
        await world.Create(Given.ReplicaSet("web", 5));
        await world.Settled("web", 5);
        await world.KillSiloAsync(world.Silos[1]);
        var map = Given.ConfigMap("after");
        await world.Eventually(async () => await Made(world, map), "objects are written again", seconds: 60);
        await world.Settled("web", 5);
        Assert.Equal(
            5, (await world.History()).Count(change => change.Type == ChangeType.Added && change.Object.Object is Pod));
    }

    private static async Task<int> Containers(TestWorld world)
    {
        var on =
            await Task.WhenAll(((string[])["node-1", "node-2"]).Select(node => world.Engine(node).ListAsync(default)));
        return on.Sum(list => list.Count);
    }

    // While nobody knows yet that the silo is dead, calls to its grains fail.
    private static async Task<bool> Made(TestWorld world, ConfigMap map)
    {
        try
        {
            await world.Create(map);
            return true;
        }
        catch (Exception trouble) when (trouble is not ApiException { Code: < 500 })
        {
            return world.Find(map) is not null;
        }
    }
}
