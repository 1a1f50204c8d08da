using Orchestrator.Api.Coordination.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Nodes that are lost and come back, and what becomes of their pods.</summary>
public sealed class NodeLifeTests
{
    private const string NotReady = "node.kubernetes.io/not-ready";

    [Fact]
    public async Task A_node_whose_engine_is_gone_is_tainted_and_freed_of_its_taints_when_it_is_back()
    {
        await using var world = await TestWorld.StartAsync(nodes: 2);
        world.Engine("node-1").BreakEngine("somebody pulled the plug");
        await world.Eventually(() => TaintsOf(world, "node-1")
            .SequenceEqual([$"{NotReady}:NoSchedule", $"{NotReady}:NoExecute"]), "it is tainted");
        var pod = await world.Create(Given.Pod("elsewhere"));
        await world.Running(pod);
        Assert.Equal("node-2", world.Fresh(pod).Spec.NodeName);
        world.Engine("node-1").RepairEngine();
        await world.Eventually(() => world.IsReady("node-1") && TaintsOf(world, "node-1").Count == 0,
            "it is as before");
    }

    [Fact]
    public async Task Pods_of_a_lost_node_count_as_ready_no_longer_and_are_adopted_when_it_is_back()
    {
        await using var world = await TestWorld.StartAsync(nodes: 2);
        var pod = await world.Create(Given.Pod("kept")
            .With(spec => spec with { NodeSelector = Given.Map(("kubernetes.io/hostname", "node-1")) }));
        await world.Running(pod);
        var before = Ids(await world.Engine("node-1").ListAsync(default));
        world.Engine("node-1").BreakEngine("somebody pulled the plug");
        await world.Eventually(() => !world.Fresh(pod).IsReady(), "the pod is not ready");
        Assert.Null(world.Fresh(pod).Metadata.DeletionTimestamp);
        world.Engine("node-1").RepairEngine();
        await world.Running(pod);
        Assert.Equal(before, Ids(await world.Engine("node-1").ListAsync(default)));
        Assert.Equal(0, world.Fresh(pod).Status.ContainerStatuses[0].RestartCount);
    }

    [Fact]
    public async Task Pods_leave_a_lost_node_when_their_patience_ends_and_are_replaced_elsewhere()
    {
        await using var world = await TestWorld.StartAsync(nodes: 2);
        var deployment = await world.Create(Given.Deployment("moving", 2).With(spec => spec with
        {
            Template = spec.Template with { Spec = spec.Template.Spec with { Tolerations = [Impatient] } },
        }));
        await world.Rolled(deployment);
        var lost = world.Pods("moving").First(pod => pod.Spec.NodeName == "node-1");
        world.Engine("node-1").BreakEngine("somebody pulled the plug");
        await world.Eventually(() => world.Fresh(lost).IsGoing(), "it is evicted");
        Assert.Contains(world.Fresh(lost).Status.Conditions,
            condition => condition is { Type: "DisruptionTarget", Reason: "DeletionByTaintManager" });
        await world.Eventually(() =>
            world.Pods("moving").Count(pod => pod.IsReady() && pod.Spec.NodeName == "node-2") == 2, "it is replaced");
        Assert.True(world.Fresh(lost).IsGoing());
        world.Engine("node-1").RepairEngine();
        await world.Gone(lost);
        await world.Settled("moving", 2);
    }

    [Fact]
    public async Task Nobody_is_evicted_while_no_node_at_all_is_ready()
    {
        await using var world =
            await TestWorld.StartAsync(configure: options => options.NodeReturnPeriod = TimeSpan.FromMilliseconds(50));
        var pod = await world.Create(Given.Pod("staying").With(spec => spec with { Tolerations = [Impatient] }));
        await world.Running(pod);
        world.Engine("node-1").BreakEngine("somebody pulled the plug");
        await world.Eventually(() => TaintsOf(world, "node-1").Count == 2, "it is tainted");
        await world.AddNode("node-2");
        await world.Eventually(() => world.Fresh(pod).IsGoing(), "now that another node is ready, it is evicted");
        var history = await world.History();
        var joined = history.First(change => change.Object.Object is Node { Metadata.Name: "node-2" }).Revision;
        Assert.True(history.First(change => change.Object.Object is Pod gone && gone.IsGoing()).Revision > joined);
    }

    [Fact]
    public async Task A_users_taint_evicts_as_well()
    {
        await using var world = await TestWorld.StartAsync();
        var pod = await world.Create(Given.Pod("leaving"));
        await world.Running(pod);
        var node = world.Cache.All(Node.Kind).Single();
        await world.Change(node,
            old => old with { Spec = old.Spec with { Taints = [new() { Key = "repair", Effect = "NoExecute" }] } });
        await world.Gone(pod);
    }

    [Fact]
    public async Task A_node_that_never_answers_is_unreachable()
    {
        await using var world = await TestWorld.StartAsync(
            configure: options => (options.NodeSilenceMax, options.NodePingRetry) =
                (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(20)));
        await world.Create(new Node
        {
            Metadata = new()
            {
                Name = "nowhere",
                Annotations = Given.Map((NodeRegistration.EndpointAnnotation, "gopher://nowhere"))
            },
        });
        await world.Eventually(() => ReadyOf(world, "nowhere")?.Status == "Unknown", "it is unreachable");
        Assert.Equal("NodeStatusNeverUpdated", ReadyOf(world, "nowhere")!.Reason);
        Assert.Contains("node.kubernetes.io/unreachable:NoExecute", TaintsOf(world, "nowhere"));
    }

    [Fact]
    public async Task Nodes_of_others_are_left_alone()
    {
        await using var world =
            await TestWorld.StartAsync(configure: options => options.SweepPeriod = TimeSpan.FromMilliseconds(50));
        var node = await world.Create(new Node { Metadata = new() { Name = "theirs" } });
        var map = await world.Create(Given.ConfigMap("later"));
        await world.Eventually(() => world.Sweeps.Values.Any(sweep => sweep.Woken > 0), "it was woken");
        Assert.Equal(node.Metadata.ResourceVersion, world.Fresh(node).Metadata.ResourceVersion);
        Assert.NotNull(world.Find(map));
    }

    [Fact]
    public async Task Pods_of_a_node_that_was_deleted_go_after_a_while()
    {
        await using var world =
            await TestWorld.StartAsync(configure: options => options.OrphanedPodDelay = TimeSpan.FromMilliseconds(100));
        var pod = await world.Create(Given.Pod("orphaned"));
        await world.Running(pod);
        await world.Delete(world.Cache.All(Node.Kind).Single());
        await world.Gone(pod);
    }

    [Fact]
    public async Task Who_finds_another_holder_in_the_lease_stops_and_touches_no_container()
    {
        await using var world = await TestWorld.StartAsync(
            configure: options => options.ClaimCheckPeriod = TimeSpan.FromMilliseconds(50));
        var pod = await world.Create(Given.Pod("steady"));
        await world.Running(pod);
        var before = Ids(await world.Engine("node-1").ListAsync(default));
        var lease = world.Cache.All(Lease.Kind, "kube-node-lease").Single();
        Assert.Equal(0, lease.Spec.LeaseTransitions);
        await world.Update(lease with { Spec = lease.Spec with { HolderIdentity = "somebody/else" } });
        // The one that stopped makes way for the next one, which takes the node back for this silo.
        await world.Grains.GetGrain<INodeGrain>("node-1").Nudge();
        await world.Eventually(() => world.Fresh(lease).Spec.HolderIdentity != "somebody/else",
            "the next activation has claimed it");
        await world.Eventually(async () => (await world.Grains.GetGrain<INodeGrain>("node-1").Ping()).IsEngineReachable,
            "it is run again");
        Assert.Equal(before, Ids(await world.Engine("node-1").ListAsync(default)));
        Assert.True(world.Fresh(pod).IsReady());
        Assert.Equal(0, world.Fresh(pod).Status.ContainerStatuses[0].RestartCount);
    }

    private static Toleration Impatient =>
        new() { Key = NotReady, Operator = "Exists", Effect = "NoExecute", TolerationSeconds = 1 };

    private static NodeCondition? ReadyOf(TestWorld world, string node) =>
        world.Cache.Find(Node.Kind, "", node)?.Status.Conditions.FirstOrDefault(condition => condition.Type == "Ready");

    private static IReadOnlyList<string> TaintsOf(TestWorld world, string node) =>
        [.. world.Cache.Find(Node.Kind, "", node)!.Spec.Taints.Select(taint => $"{taint.Key}:{taint.Effect}")];

    private static IEnumerable<string> Ids(IEnumerable<ContainerSnapshot> seen) =>
        seen.Select(container => container.Id).Order();
}
