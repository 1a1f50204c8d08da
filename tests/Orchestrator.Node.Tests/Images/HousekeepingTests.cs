using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Housekeeping;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Nodes.Tests.Pods;
using Orchestrator.Reconcilers.Images;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>What a node tidies up by itself, on a simulated engine in virtual time.</summary>
public sealed class HousekeepingTests : IDisposable
{
    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private readonly SimulatedRuntime _engine;
    private readonly CallCounter _counter;
    private TestCluster _cluster = null!;
    private readonly IContainerRuntime _counted;

    public HousekeepingTests()
    {
        _time = new VirtualTime(_turns);
        _engine = new SimulatedRuntime("node-1", new SimulatedOptions
        {
            DiskBytes = 1000,
            Behaviours =
            [
                new("big:1") { ImageBytes = 400 },
                new("small:1") { ImageBytes = 100 },
                new("done:1") { RunTime = TimeSpan.FromSeconds(1) },
            ],
        }, _time);
        (_counted, _counter) = CallCounter.Before(_engine);
    }

    public void Dispose() => _turns.Do(() => _cluster.DisposeAsync().AsTask());

    [Fact]
    public void B1_image_collection_frees_the_disk_but_takes_nothing_that_is_used()
    {
        Start(new ImageGcLimits());
        Apply(GivenPod.Of("kept", Plain("small:1")));
        Apply(GivenPod.Of("gone", Plain("big:1")));
        _time.Advance(TimeSpan.FromMinutes(1));
        _turns.Do(() => _cluster.DeleteAsync("gone"));
        _time.Advance(TimeSpan.FromMinutes(10));
        Images().ShouldBe(["big:1", "orchestrator/infra:simulated", "small:1"], "half of the disk is free");
        _engine.FillDisk(400);
        _time.Advance(TimeSpan.FromMinutes(6));
        Images().ShouldBe(["orchestrator/infra:simulated", "small:1"]);
        Status("kept").Phase.ShouldBe("Running");
        _cluster.Events.ShouldNotContain(text => text.Contains("FreeDiskSpaceFailed"));
    }

    [Fact]
    public void B1_image_collection_that_cannot_free_enough_is_told()
    {
        Start(new ImageGcLimits());
        Apply(GivenPod.Of("kept", Plain("small:1")));
        _engine.FillDisk(850);
        const string failure = "Failed to garbage collect required amount of images. Attempted to free 150 bytes, but only "
            + "found 0 bytes eligible to free.";
        _time.Advance(TimeSpan.FromMinutes(1));
        Events().ShouldBe([$"node-1  Warning FreeDiskSpaceFailed: {failure}"], "the first time may be chance");
        _time.Advance(TimeSpan.FromMinutes(5));
        Events().ShouldContain($"node-1  Warning ImageGCFailed: {failure}");
        _engine.FillDisk(0);
        var told = Events().Count;
        _time.Advance(TimeSpan.FromMinutes(30));
        Events().Count.ShouldBe(told);
    }

    [Fact]
    public void B1_image_age_is_enough_where_the_disk_cannot_be_seen()
    {
        Start(new ImageGcLimits { UnusedMax = TimeSpan.FromHours(1) });
        Apply(GivenPod.Of("gone", Plain("big:1")));
        _turns.Do(() => _cluster.DeleteAsync("gone"));
        _time.Advance(TimeSpan.FromMinutes(55));
        Images().ShouldContain("big:1");
        _time.Advance(TimeSpan.FromMinutes(20));
        Images().ShouldBe(["orchestrator/infra:simulated"]);
    }

    [Fact]
    public void A12_a_node_lists_its_images_the_biggest_first()
    {
        Start(new ImageGcLimits(), listedMax: 2);
        Apply(GivenPod.Of("a", Plain("small:1")));
        Apply(GivenPod.Of("b", Plain("big:1")));
        _time.Advance(TimeSpan.FromMinutes(1));
        _cluster.Node!.Images.Select(image => (image.Names[^1], image.SizeBytes)).ShouldBe(
            [("big:1", 400), ("small:1", 100)]);
        _cluster.Node.Images[0].Names[0].ShouldStartWith("big@sha256:");
        _cluster.Node.Conditions.ShouldContain(condition => condition.Type == "Ready" && condition.Status == "True");
        _cluster.Node.Capacity.Keys.ShouldContain("cpu");
    }

    [Fact]
    public void Dead_containers_of_ended_pods_are_kept_up_to_a_number()
    {
        Start(new ImageGcLimits(), new DeadContainerLimits { Max = 2 });
        for (var pod = 0; pod < 5; pod++)
        {
            Apply(GivenPod.Of($"done-{pod}", Plain("done:1")).With(spec => spec with { RestartPolicy = "Never" }));
            _time.Advance(TimeSpan.FromSeconds(2));
        }
        Apply(GivenPod.Of("web", Plain("small:1")));
        _time.Advance(TimeSpan.FromMinutes(3));
        // A container and a sandbox each, of the newest two.
        _engine.Snapshots().Select(seen => seen.Labels["io.kubernetes.pod.name"]).Order().ShouldBe(
            ["done-3", "done-3", "done-4", "done-4", "web", "web"]);
        for (var pod = 0; pod < 5; pod++)
        {
            Status($"done-{pod}").Phase.ShouldBe("Succeeded");
            Status($"done-{pod}").ContainerStatuses[0].State!.Terminated!.ExitCode.ShouldBe(0);
            _turns.Do(() => _cluster.DeleteAsync($"done-{pod}"));
        }
        _time.Advance(TimeSpan.FromMinutes(1));
        for (var pod = 0; pod < 5; pod++)
            _cluster.Find($"done-{pod}").ShouldBeNull("a pod without containers goes as well");
    }

    [Fact]
    public void Thousands_of_dead_containers_cost_a_new_pod_nothing()
    {
        Start(new ImageGcLimits());
        var without = CallsToStart("first");
        for (var pod = 0; pod < 1500; pod++)
            Apply(GivenPod.Of($"done-{pod}", Plain("done:1")).With(spec => spec with { RestartPolicy = "Never" }));
        _time.Advance(TimeSpan.FromMinutes(2));
        _engine.Snapshots().Count(seen => seen.Phase == ContainerPhase.Exited).ShouldBe(3000);
        CallsToStart("second").ShouldBe(without);
        _counter.Calls.Clear();
        _time.Advance(TimeSpan.FromMinutes(10));
        _counter.Calls.GetValueOrDefault(nameof(IContainerRuntime.InspectAsync)).ShouldBe(
            0, "what a list shows unchanged is not looked at");
        _counter.Calls.GetValueOrDefault(nameof(IContainerRuntime.ListAsync)).ShouldBe(20, "one list each 30 s");
    }

    private string CallsToStart(string name)
    {
        _counter.Calls.Clear();
        Apply(GivenPod.Of(name, Plain("small:1")));
        Status(name).Phase.ShouldBe("Running");
        return string.Join(' ', _counter.Calls.Where(call => call.Key != nameof(IContainerRuntime.PullImageAsync))
            .OrderBy(call => call.Key, StringComparer.Ordinal).Select(call => $"{call.Key}={call.Value}"));
    }

    private void Start(ImageGcLimits limits, DeadContainerLimits? dead = null, int listedMax = 50)
    {
        var options = new NodeAgentOptions
        {
            NodeName = "node-1",
            Images = new ImageOptions { Limits = limits, ListedMax = listedMax },
            Housekeeping = new HousekeepingOptions { DeadContainers = dead ?? new() },
        };
        _cluster = new TestCluster(() => _counted, options, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
    }

    private void Apply(Pod pod) => _turns.Do(() => _cluster.ApplyAsync(pod));

    private PodStatus Status(string name) => _cluster.Find(name)!.Status;

    private List<string> Images() => [.. _engine.ListImagesAsync(default).GetAwaiter().GetResult()
        .SelectMany(image => image.Tags).Order(StringComparer.Ordinal)];

    private List<string> Events() => [.. _cluster.Events.Where(text => text.StartsWith("node-1 "))];

    private static Container Plain(string image) =>
        new() { Name = "a", Image = image, ImagePullPolicy = "IfNotPresent" };
}
