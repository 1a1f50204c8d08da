using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>What runs on a node, and what becomes of it when the engine or a container fails.</summary>
public abstract class NodeScenarios(SharedWorld shared)
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task A_pod_costs_at_most_three_writes_until_it_runs()
    {
        var begun = TimeProvider.System.GetTimestamp();
        var pod = await World.Create(Given.Pod("cheap"));
        await World.Running(pod);
        // A pod that waits for so long is shown waiting: that is one more, when the machine has stood still.
        var shown = (int)(TimeProvider.System.GetElapsedTime(begun)
            / new NodeAgentOptions { NodeName = "node-1" }.ProgressDelay);
        var key = KindRegistry.KeyOf(pod);
        var writes = (await World.History()).Where(change => change.Object.Key == key).ToList();
        Assert.Equal("Running", ((Pod)writes[^1].Object.Object).Status.Phase);
        Assert.True(writes.Count <= 3 + shown,
            $"it took {writes.Count} writes: {string.Join(", ", writes.Select(write => ((Pod)write.Object.Object).Status.Phase))}");
    }

    [Fact]
    public async Task A_pod_is_told_of_by_events_and_reasons()
    {
        var pod = await World.Create(Given.Pod("told"));
        await World.Running(pod);
        foreach (var reason in (string[])["Scheduled", "Created", "Started"])
        {
            await World.Eventually(() => EventsOf(pod).Any(said => said.Reason == reason), $"an event says {reason}");
        }
        Assert.Contains(await World.Reasons(pod),
            reason => reason is { Decision: "Scheduled", Why: "bound to node-1" });
        await World.Delete(pod);
        await World.Gone(pod);
        Assert.Contains(await World.Reasons(pod), reason => reason.Decision == "Removed");
    }

    [Fact]
    public async Task Registering_a_node_again_changes_nothing()
    {
        await using var world = await TestWorld.StartAsync();
        var labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = "node-1" };
        await world.Grains.GetGrain<INodeGrain>("node-1")
            .Register(new NodeRegistration("simulated://node-1", "127.0.0.1", labels));
        var pod = await world.Create(Given.Pod("after"));
        await world.Running(pod);
        var writes = (await world.History()).Count(change => change.Object.Object is Node);
        Assert.Equal(2, writes);
    }

    [Fact]
    public async Task B11_a_node_counts_the_looks_at_its_containers()
    {
        var pod = await World.Create(Given.Pod("looked-at").With(spec => spec with
        {
            Containers = [.. spec.Containers.Select(container => container with
            {
                ReadinessProbe = new() { Exec = new() { Command = ["true"] }, PeriodSeconds = 1 },
            })],
        }));
        await World.Running(pod);
        var node = World.Grains.GetGrain<INodeGrain>("node-1");
        await World.Eventually(async () => (await node.CountProbes()).Any(counter => counter.Pod == "looked-at"
            && counter.PodUid == pod.Metadata.Uid && counter is
            {
                Namespace: "default", ProbeType: "Readiness", Result: "successful", Count: > 0,
            }), "a look is counted");
        await World.Delete(pod);
        await World.Gone(pod);
        await World.Eventually(
            async () => (await node.CountProbes()).All(counter => counter.Pod != "looked-at"), "it is forgotten");
    }

    [Fact]
    public async Task A_deleted_pod_leaves_no_container()
    {
        var pod = await World.Create(Given.Pod("leaving"));
        await World.Running(pod);
        Assert.NotEmpty(await ContainersOf(World, pod));
        await World.Delete(pod);
        await World.Gone(pod);
        await World.Eventually(async () => (await ContainersOf(World, pod)).Count == 0, "its containers are gone");
    }

    [Fact]
    public async Task Nothing_is_restarted_when_the_engine_goes_and_comes_back()
    {
        await using var world = await TestWorld.StartAsync();
        await world.Create(Given.ReplicaSet("steady", 3));
        await world.Settled("steady", 3);
        var before = await world.Engine("node-1").ListAsync(default);
        world.Engine("node-1").BreakEngine("somebody pulled the plug");
        await world.Eventually(() => !world.IsReady("node-1"), "the node is not ready");
        var ready = world.Cache.All(Node.Kind).Single().Status.Conditions
            .Single(condition => condition.Type == "Ready");
        Assert.Contains("somebody pulled the plug", ready.Message, StringComparison.Ordinal);
        world.Engine("node-1").RepairEngine();
        await world.Eventually(() => world.IsReady("node-1"), "the node is ready again");
        await world.Settled("steady", 3);
        Assert.Equal(Ids(before), Ids(await world.Engine("node-1").ListAsync(default)));
        Assert.All(world.Pods("steady"), pod => Assert.Equal(0, pod.Status.ContainerStatuses[0].RestartCount));
    }

    [Fact]
    public async Task A_container_that_ends_is_started_again()
    {
        var pod = await World.Create(Given.Pod("crashing"));
        await World.Running(pod);
        var first = (await ContainersOf(World, pod))
            .Single(seen => seen.Name.StartsWith("k8s_main_", StringComparison.Ordinal));
        World.Engine("node-1").Crash(first.Id, 3);
        await World.Eventually(() => World.Fresh(pod).Status.ContainerStatuses[0] is { RestartCount: 1, Ready: true },
            "it runs again");
        Assert.Equal(3, World.Fresh(pod).Status.ContainerStatuses[0].LastState?.Terminated?.ExitCode);
        Assert.Equal("node-1", World.Fresh(pod).Spec.NodeName);
    }

    [Fact]
    public async Task A_pod_that_ends_well_is_done()
    {
        await using var world = await TestWorld.StartAsync(
            behaviours: new SimulatedBehaviour("test/short:1") { RunTime = TimeSpan.FromMilliseconds(1) });
        var pod =
            await world.Create(Given.Pod("short", image: "short").With(spec => spec with { RestartPolicy = "Never" }));
        await world.Eventually(() => world.Fresh(pod).Status.Phase == "Succeeded", "it has succeeded");
        Assert.Equal("Completed", world.Fresh(pod).Status.ContainerStatuses[0].State?.Terminated?.Reason);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_is_said_so()
    {
        await using var world = await TestWorld.StartAsync(
            behaviours: new SimulatedBehaviour("test/secret:1") { PullRefusal = "access denied" });
        var pod = await world.Create(Given.Pod("pulling", image: "secret"));
        await world.Eventually(
            () => world.Fresh(pod).Status.ContainerStatuses
                is [{ State.Waiting.Reason: "ErrImagePull" or "ImagePullBackOff" }], "the image cannot be pulled");
        await world.Eventually(
            () => world.Cache.All(Event.Kind, "default").Any(said =>
                said.Message?.Contains("access denied", StringComparison.Ordinal) == true), "an event says why");
    }

    [Fact]
    public async Task A12_a_pod_is_pulled_with_the_secrets_of_its_service_account()
    {
        await using var world = await TestWorld.StartAsync(
            behaviours: new SimulatedBehaviour("test/private:1") { PullPassword = "geheim" });
        await world.Create(new Secret
        {
            Metadata = new() { Name = "registry", Namespace = "default" },
            Type = "kubernetes.io/dockercfg",
            Data = new Dictionary<string, byte[]>
            {
                [".dockercfg"] = """{"docker.io":{"username":"u","password":"geheim"}}"""u8.ToArray(),
            },
        });
        await world.Create(new ServiceAccount
        {
            Metadata = new() { Name = "puller", Namespace = "default" },
            ImagePullSecrets = [new() { Name = "registry" }],
        });
        var pod = await world.Create(Given.Pod("private", image: "private")
            .With(spec => spec with { ServiceAccountName = "puller" }));
        Assert.Equal("registry", Assert.Single(pod.Spec.ImagePullSecrets).Name);
        await world.Eventually(() => world.Fresh(pod).Status.Phase == "Running", "its image was given");
        Assert.DoesNotContain(world.Cache.All(Event.Kind, "default"),
            said => said.Message?.Contains("geheim", StringComparison.Ordinal) == true);
    }

    private static IEnumerable<string> Ids(IEnumerable<ContainerSnapshot> seen) =>
        seen.Select(container => container.Id).Order();

    private IEnumerable<Event> EventsOf(Pod pod) =>
        World.Cache.All(Event.Kind, "default").Where(said => said.InvolvedObject.Uid == pod.Metadata.Uid);

    private static async Task<IReadOnlyList<ContainerSnapshot>> ContainersOf(TestWorld world, Pod pod) =>
        [.. (await world.Engine("node-1").ListAsync(default))
            .Where(seen => seen.Name.Contains($"_{pod.Metadata.Uid}_", StringComparison.Ordinal))];
}

/// <inheritdoc />
public sealed class NodeTests(SharedWorld shared) : NodeScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class NodeTestsOnManySilos(ScatteredWorld shared) : NodeScenarios(shared), IClassFixture<ScatteredWorld>;
