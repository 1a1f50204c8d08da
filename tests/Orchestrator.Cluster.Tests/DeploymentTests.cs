using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Rolling from one template to the next.</summary>
public abstract class DeploymentScenarios(SharedWorld shared)
{
    private TestWorld World => shared.World;

    [Theory]
    [InlineData("surge", 6, 2, 0)]
    [InlineData("room", 6, 0, 2)]
    [InlineData("both", 6, 1, 1)]
    [InlineData("single", 1, 1, 0)]
    public async Task A_rolling_update_keeps_its_bounds_at_every_revision(
        string name, int replicas, int surge, int unavailable)
    {
        var deployment = await World.Create(Given.Deployment(name, replicas).With(spec => spec with
        {
            Strategy = new() { RollingUpdate = new() { MaxSurge = surge, MaxUnavailable = unavailable } },
        }));
        await World.Rolled(deployment);
        var start = World.Cache.Revision;
        await World.Change(deployment, old => old.WithImage("v2"));
        await World.Rolled(deployment);
        Assert.All(World.Pods(name), pod => Assert.Equal("test/v2:1", pod.ImageOf()));
        await foreach (var (revision, pods) in World.PodsOverTime(name, start))
        {
            var standing = pods.Count(pod => !pod.IsGoing());
            var ready = pods.Count(pod => pod.IsReady());
            Assert.True(standing <= replicas + surge, $"at {revision} there are {standing} pods");
            Assert.True(ready >= replicas - unavailable, $"at {revision} only {ready} pods are ready");
        }
    }

    [Fact]
    public async Task Recreate_never_runs_two_templates_at_once()
    {
        var deployment = await World.Create(
            Given.Deployment("recreated", 3).With(spec => spec with { Strategy = new() { Type = "Recreate" } }));
        await World.Rolled(deployment);
        await World.Change(deployment, old => old.WithImage("v2"));
        await World.Rolled(deployment);
        await foreach (var (revision, pods) in World.PodsOverTime("recreated"))
        {
            // A pod that has ended may still wait for its removal.
            var running = pods.Where(pod => pod.Status.Phase is not ("Succeeded" or "Failed"));
            Assert.True(running.Select(pod => pod.ImageOf()).Distinct().Count() <= 1,
                $"at {revision} two templates run");
        }
    }

    [Fact]
    public async Task An_old_template_finds_its_old_set()
    {
        var deployment = await World.Create(Given.Deployment("back", 2));
        await World.Rolled(deployment);
        var first = Assert.Single(World.Sets(deployment));
        await World.Change(deployment, old => old.WithImage("v2"));
        await World.Rolled(deployment);
        await World.Change(deployment, old => old.WithImage("v1"));
        await World.Rolled(deployment);
        Assert.Equal(2, World.Sets(deployment).Count);
        Assert.Equal(2, World.Fresh(first).Spec.Replicas);
        Assert.Equal("3", World.Fresh(first).Metadata.Annotations["deployment.kubernetes.io/revision"]);
        Assert.Equal("3", World.Fresh(deployment).Metadata.Annotations["deployment.kubernetes.io/revision"]);
    }

    [Fact]
    public async Task A_paused_deployment_scales_but_does_not_roll()
    {
        var deployment = await World.Create(Given.Deployment("paused", 2));
        await World.Rolled(deployment);
        await World.Change(deployment,
            old => old.WithImage("v2").With(spec => spec with { Paused = true, Replicas = 4 }));
        await World.Settled("paused", 4);
        Assert.All(World.Pods("paused"), pod => Assert.Equal("test/v1:1", pod.ImageOf()));
        Assert.Single(World.Sets(deployment));
        await World.Merge(deployment, """{"spec":{"paused":false}}""");
        await World.Rolled(deployment);
        Assert.All(World.Pods("paused"), pod => Assert.Equal("test/v2:1", pod.ImageOf()));
    }

    [Fact]
    public async Task Only_so_many_old_sets_are_kept()
    {
        var deployment =
            await World.Create(Given.Deployment("limited", 1).With(spec => spec with { RevisionHistoryLimit = 1 }));
        await World.Rolled(deployment);
        foreach (var image in (string[])["v2", "v3", "v4"])
        {
            await World.Change(deployment, old => old.WithImage(image));
            await World.Rolled(deployment);
        }
        await World.Eventually(() => World.Sets(deployment).Count == 2, "the current set and one old one are left");
        Assert.Contains(World.Sets(deployment), set => set.Spec.Template.Spec.Containers[0].Image == "test/v3:1");
    }

    [Fact]
    public async Task A_rollout_in_the_middle_of_a_rollout_ends_at_the_newest_template()
    {
        var deployment = await World.Create(Given.Deployment("overtaken", 4));
        await World.Rolled(deployment);
        await World.Change(deployment, old => old.WithImage("v2"));
        await World.Eventually(() => World.Pods("overtaken").Any(pod => pod.ImageOf() == "test/v2:1"),
            "the second has begun");
        await World.Change(deployment, old => old.WithImage("v3"));
        await World.Rolled(deployment);
        Assert.All(World.Pods("overtaken"), pod => Assert.Equal("test/v3:1", pod.ImageOf()));
    }

    [Fact]
    public async Task Deleting_it_deletes_its_sets_and_their_pods()
    {
        var deployment = await World.Create(Given.Deployment("deleted", 3));
        await World.Rolled(deployment);
        var sets = World.Sets(deployment);
        await World.Delete(deployment);
        await World.Eventually(() => World.Pods("deleted").Count == 0 && sets.All(set => World.Find(set) is null),
            "all below it is gone");
        var born = (await World.History()).Count(
            change => change.Type == ChangeType.Added && change.Object.Object is Pod pod && pod.AppOf() == "deleted");
        Assert.Equal(3, born);
    }

    [Fact]
    public async Task What_it_did_is_told_by_events_and_reasons()
    {
        var deployment = await World.Create(Given.Deployment("told", 1));
        await World.Rolled(deployment);
        await World.Eventually(
            () => World.Cache.All(Event.Kind, "default")
                .Any(said => said.InvolvedObject.Uid == deployment.Metadata.Uid && said.Reason == "ScalingReplicaSet"),
            "an event tells of the scaling");
        Assert.NotEmpty(await World.Reasons(deployment));
        Assert.NotEmpty(await World.Reasons(World.Sets(deployment)[0]));
    }
}

/// <inheritdoc />
public sealed class DeploymentTests(SharedWorld shared) : DeploymentScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class DeploymentTestsOnManySilos(
    ScatteredWorld shared) : DeploymentScenarios(shared), IClassFixture<ScatteredWorld>;
