using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>One writer per object, even when there seem to be two.</summary>
public sealed class FencingTests
{
    [Fact]
    public async Task A_stale_activation_loses_its_write_and_the_next_one_wins()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var map = await world.Create(Given.ConfigMap("fenced", "default", ("a", "1")));
        await Behind(world, map with { Data = Given.Map(("a", "2")) });
        var refusal =
            await Refused.With(503, "ServiceUnavailable", () => world.Merge(map, """{"data":{"b":"mine"}}"""));
        Assert.True(refusal.Details!.RetryAfterSeconds > 0);
        Assert.DoesNotContain("b", world.Fresh(map).Data.Keys);
        var next = await world.Merge(map, """{"data":{"b":"mine"}}""");
        Assert.Equal(("2", "mine"), (next.Data["a"], next.Data["b"]));
    }

    [Fact]
    public async Task A_creation_knows_what_another_activation_stored()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var map = Given.ConfigMap("made");
        // The grain that said so is not kept: what it knows would soon be old.
        await Refused.With(404, "NotFound", () => world.Delete(map));
        await world.Store.CommitAsync(
            new ObjectWrite(KindRegistry.KeyOf(map), map with { Metadata = map.Metadata with { Uid = "theirs" } }, 0));
        await Refused.With(409, "AlreadyExists", () => world.Create(map));
        Assert.Equal("theirs", world.Fresh(map).Metadata.Uid);
    }

    [Fact]
    public async Task A_controller_that_was_overtaken_goes_on_from_what_is_stored()
    {
        await using var world = await TestWorld.StartAsync();
        var set = await world.Create(Given.ReplicaSet("overtaken", 2));
        await world.Settled("overtaken", 2);
        await world.Eventually(() => world.Fresh(set).Status.AvailableReplicas == 2, "its status is settled");
        var fresh = world.Fresh(set);
        await Behind(world,
            fresh with { Spec = fresh.Spec with { Replicas = 4 }, Metadata = fresh.Metadata with { Generation = 2 } });
        // The grain does not know; the death of a pod makes it look, fail on its stale state, and begin anew.
        await world.Delete(world.Pods("overtaken")[0]);
        await world.Settled("overtaken", 4);
        await world.Eventually(() => world.Fresh(set).Status is { AvailableReplicas: 4, ObservedGeneration: 2 },
            "its status follows");
    }

    private static async Task Behind(TestWorld world, ApiObject next)
    {
        var key = KindRegistry.KeyOf(next);
        var stored = world.Cache.Find(key)!;
        await world.Store.CommitAsync(new ObjectWrite(key, next, stored.Revision));
    }
}
