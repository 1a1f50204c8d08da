using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Keeping a stated number of pods.</summary>
public abstract class ReplicaSetScenarios(SharedWorld shared)
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task It_makes_its_pods_once_and_counts_them()
    {
        var set = await World.Create(Given.ReplicaSet("twenty", 20));
        await World.Settled("twenty", 20);
        await World.Eventually(() => World.Fresh(
            set).Status is { Replicas: 20, ReadyReplicas: 20, AvailableReplicas: 20 }, "the status says so");
        Assert.All(World.Pods("twenty"), pod => Assert.True(Owners.IsControlledBy(pod, set.Metadata.Uid)));
        Assert.Equal(20, (await Born("twenty")).Count);
    }

    [Fact]
    public async Task A_deleted_pod_is_replaced_by_another()
    {
        await World.Create(Given.ReplicaSet("healed", 3));
        await World.Settled("healed", 3);
        var victim = World.Pods("healed")[0];
        await World.Delete(victim);
        // The name may come again, once it is free; the pod does not.
        await World.Eventually(
            () => World.Pods("healed") is { Count: 3 } pods
                && pods.All(pod => pod.IsReady() && pod.Metadata.Uid != victim.Metadata.Uid),
            "three are ready again");
        Assert.Equal(4, (await Born("healed")).Count);
    }

    [Fact]
    public async Task It_follows_its_size_up_and_down()
    {
        var set = await World.Create(Given.ReplicaSet("sized", 2));
        await World.Settled("sized", 2);
        await World.Merge(set, """{"spec":{"replicas":5}}""");
        await World.Settled("sized", 5);
        await World.Merge(set, """{"spec":{"replicas":1}}""");
        await World.Settled("sized", 1);
        await World.Merge(set, """{"spec":{"replicas":0}}""");
        await World.Eventually(() => World.Pods("sized").Count == 0 && World.Fresh(set).Status.Replicas == 0,
            "none is left");
        Assert.Equal(5, (await Born("sized")).Count);
    }

    [Fact]
    public async Task A_matching_pod_without_a_controller_is_adopted()
    {
        var orphan = await World.Create(Given.Pod("stray", labels: ("app", "adopting")));
        await World.Running(orphan);
        var set = await World.Create(Given.ReplicaSet("adopting", 2));
        await World.Settled("adopting", 2);
        Assert.True(Owners.IsControlledBy(World.Fresh(orphan), set.Metadata.Uid));
    }

    [Fact]
    public async Task A_pod_that_no_longer_matches_is_let_go_and_replaced()
    {
        await World.Create(Given.ReplicaSet("releasing", 2));
        await World.Settled("releasing", 2);
        var released = World.Pods("releasing")[0];
        await World.Merge(released, """{"metadata":{"labels":{"app":"free"}}}""");
        await World.Settled("releasing", 2);
        await World.Eventually(() => World.Fresh(released).Metadata.OwnerReferences.Count == 0, "it is let go");
        Assert.True(World.Fresh(released).IsReady());
    }

    [Fact]
    public async Task In_the_background_the_set_goes_first()
    {
        var set = await World.Create(Given.ReplicaSet("background", 3));
        await World.Settled("background", 3);
        Assert.True((await World.Delete(set, new DeleteRequest { PropagationPolicy = "Background" })).IsRemoved);
        await World.Eventually(() => World.Pods("background").Count == 0, "its pods are collected");
        Assert.Equal(3, (await Born("background")).Count);
    }

    [Fact]
    public async Task In_the_foreground_the_pods_go_first()
    {
        var set = await World.Create(Given.ReplicaSet("foreground", 3));
        await World.Settled("foreground", 3);
        Assert.False((await World.Delete(set, new DeleteRequest { PropagationPolicy = "Foreground" })).IsRemoved);
        await World.Gone(set);
        var gone = (await World.History()).Where(
            change => change.Type == ChangeType.Deleted && change.Object.Object is Pod or ReplicaSet
            && change.Type == ChangeType.Deleted
            && change.Object.Key.Name.StartsWith("foreground", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, gone.Count);
        Assert.Equal(KindRegistry.KeyOf(set), gone[^1].Object.Key);
        Assert.Equal(3, (await Born("foreground")).Count);
    }

    [Fact]
    public async Task Orphans_stay_and_run_on()
    {
        var set = await World.Create(Given.ReplicaSet("orphaned", 2));
        await World.Settled("orphaned", 2);
        var before = World.Pods("orphaned").Select(pod => pod.Metadata.Uid).ToList();
        await World.Delete(set, new DeleteRequest { PropagationPolicy = "Orphan" });
        await World.Gone(set);
        var after = World.Pods("orphaned");
        Assert.Equal(before, after.Select(pod => pod.Metadata.Uid));
        Assert.All(after, pod => Assert.Empty(pod.Metadata.OwnerReferences));
        Assert.All(after, pod => Assert.True(pod.IsReady()));
    }

    private async Task<List<ObjectChange>> Born(string app) => [.. (await World.History())
        .Where(change => change.Type == ChangeType.Added && change.Object.Object is Pod pod && pod.AppOf() == app)];
}

/// <inheritdoc />
public sealed class ReplicaSetTests(SharedWorld shared) : ReplicaSetScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class ReplicaSetTestsOnManySilos(
    ScatteredWorld shared) : ReplicaSetScenarios(shared), IClassFixture<ScatteredWorld>;
