using Orchestrator.Api.Core.V1;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Where pods come to run.</summary>
public sealed class SchedulerTests
{
    [Fact]
    public async Task A_pod_without_a_node_waits_and_is_placed_when_one_appears()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var pod = await world.Create(Given.Pod("waiting"));
        await world.Eventually(() => Scheduled(world.Fresh(pod)) is { Status: "False", Reason: "Unschedulable" }, "it is unschedulable");
        Assert.Equal("no nodes available to schedule pods", Scheduled(world.Fresh(pod))!.Message);
        await world.AddNode("node-1");
        await world.Running(pod);
        Assert.Equal("node-1", world.Fresh(pod).Spec.NodeName);
        Assert.Equal("True", Scheduled(world.Fresh(pod))!.Status);
    }

    [Fact]
    public async Task A_pod_that_found_no_node_is_not_tried_again_for_another_pod()
    {
        await using var world = await TestWorld.StartAsync();
        var hopeless = await world.Create(Given.Pod("hopeless").With(spec => spec with { NodeSelector = Given.Map(("disk", "ssd")) }));
        await world.Eventually(() => Scheduled(world.Fresh(hopeless))?.Status == "False", "no node fits");
        for (var i = 0; i < 10; i++) await world.Running(await world.Create(Given.Pod($"other-{i}")));
        await world.Eventually(() => Refusals(hopeless).Any(), "its refusal is told");
        Assert.Equal(1, Refusals(hopeless).Sum(told => told.Count ?? 1));

        IEnumerable<Event> Refusals(Pod pod) =>
            world.Cache.All(Event.Kind).Where(told => told.Reason == "FailedScheduling" && told.InvolvedObject.Uid == pod.Metadata.Uid);
    }

    [Fact]
    public async Task A_node_selector_chooses_the_node()
    {
        await using var world = await TestWorld.StartAsync(nodes: 2);
        var pod = await world.Create(Given.Pod("choosy").With(spec => spec with { NodeSelector = Given.Map(("disk", "ssd")) }));
        await world.Eventually(() => Scheduled(world.Fresh(pod))?.Status == "False", "no node fits");
        Assert.Contains("didn't match Pod's node affinity/selector", Scheduled(world.Fresh(pod))!.Message, StringComparison.Ordinal);
        await world.Merge(world.Cache.All(Node.Kind).Single(node => node.Metadata.Name == "node-2"), """{"metadata":{"labels":{"disk":"ssd"}}}""");
        await world.Running(pod);
        Assert.Equal("node-2", world.Fresh(pod).Spec.NodeName);
    }

    [Fact]
    public async Task A_cordoned_node_takes_nothing_until_it_is_uncordoned()
    {
        await using var world = await TestWorld.StartAsync();
        var node = world.Cache.All(Node.Kind).Single();
        await world.Merge(node, """{"spec":{"unschedulable":true}}""");
        var pod = await world.Create(Given.Pod("cordoned"));
        await world.Eventually(() => Scheduled(world.Fresh(pod))?.Status == "False", "it is unschedulable");
        Assert.Contains("unschedulable", Scheduled(world.Fresh(pod))!.Message, StringComparison.Ordinal);
        await world.Merge(node, """{"spec":{"unschedulable":false}}""");
        await world.Running(pod);
    }

    [Fact]
    public async Task Room_that_becomes_free_is_taken()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        await world.AddNode("small", "?cpus=1");
        var first = await world.Create(Wanting("first", "800m"));
        await world.Running(first);
        var second = await world.Create(Wanting("second", "800m"));
        await world.Eventually(() => Scheduled(world.Fresh(second))?.Message?.Contains("Insufficient cpu", StringComparison.Ordinal) == true, "there is no room");
        await world.Delete(first);
        await world.Running(second);
        await world.Eventually(() => world.Find(first) is null, "the first is gone");
    }

    [Fact]
    public async Task Pods_are_spread_and_the_node_is_never_overfull()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        await world.AddNode("one", "?cpus=1");
        await world.AddNode("two", "?cpus=1");
        for (var i = 0; i < 8; i++) await world.Create(Wanting($"pod-{i}", "250m"));
        await world.Eventually(() => world.Cache.All(Pod.Kind, "default").All(pod => pod.IsReady()), "all are ready");
        Assert.Equal(4, world.Cache.PodsOn("one").Count);
        Assert.Equal(4, world.Cache.PodsOn("two").Count);
    }

    [Fact]
    public async Task A_pod_for_another_scheduler_is_left_alone()
    {
        await using var world = await TestWorld.StartAsync();
        var foreign = await world.Create(Given.Pod("foreign").With(spec => spec with { SchedulerName = "another" }));
        var own = await world.Create(Given.Pod("own"));
        await world.Running(own);
        Assert.Null(world.Fresh(foreign).Spec.NodeName);
        Assert.DoesNotContain(world.Fresh(foreign).Status.Conditions, condition => condition.Type == "PodScheduled");
    }

    private static PodCondition? Scheduled(Pod pod) => pod.Status.Conditions.FirstOrDefault(condition => condition.Type == "PodScheduled");

    private static Pod Wanting(string name, string cpu) => Given.Pod(name).With(spec => spec with
    {
        Containers = [spec.Containers[0] with { Resources = new() { Requests = new Dictionary<string, Api.Meta.Quantity> { ["cpu"] = Api.Meta.Quantity.Parse(cpu) } } }],
    });
}
