using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Resizes on a simulated engine of two processors, in virtual time.</summary>
public sealed class SimulatedResizeTests : IDisposable
{
    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private readonly SimulatedRuntime _engine;
    private readonly TestCluster _cluster;

    public SimulatedResizeTests()
    {
        _time = new VirtualTime(_turns);
        _engine = new SimulatedRuntime("node-1",
            new SimulatedOptions { Cpus = 2, Behaviours = [new("*") { IsPresent = true }] }, _time);
        _cluster = new TestCluster(() => _engine, new NodeAgentOptions { NodeName = "node-1" }, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
    }

    public void Dispose() => _turns.Do(() => _cluster.DisposeAsync().AsTask());

    [Fact]
    public void B49_what_waits_for_room_is_given_it_when_another_pod_goes()
    {
        Apply(Asking(GivenPod.Of("big", GivenPod.Shell("c", "")), 1500));
        var small = Asking(GivenPod.Of("small", GivenPod.Shell("c", "")), 100);
        Apply(small);
        var before = Status("small").ContainerStatuses[0].ContainerID;
        Resize("small", 1000);
        Pending("small").ShouldBe("Deferred");
        _time.Advance(TimeSpan.FromMinutes(5));
        Pending("small").ShouldBe("Deferred");
        _turns.Do(() => _cluster.DeleteAsync("big", 0));
        _time.Advance(TimeSpan.FromMinutes(1));
        Pending("small").ShouldBeNull();
        Status("small").ContainerStatuses[0].Resources!.Requests["cpu"].ToString().ShouldBe("1");
        Status("small").ContainerStatuses[0].ContainerID.ShouldBe(before);
        _engine.Snapshots().Single(container => container.Labels[ContainerLabels.ContainerName] == "c")
            .Limits!.CpuShares.ShouldBe(1024);
    }

    [Fact]
    public void B49_a_restart_of_the_node_forgets_no_promise()
    {
        Apply(Asking(GivenPod.Of("big", GivenPod.Shell("c", "")), 1500));
        Apply(Asking(GivenPod.Of("small", GivenPod.Shell("c", "")), 100));
        Resize("small", 1000);
        Status("small").ContainerStatuses[0].AllocatedResources["cpu"].ToString().ShouldBe("100m");
        _turns.Do(_cluster.StopAgentAsync);
        _turns.Do(_cluster.StartAgentAsync);
        _time.Advance(TimeSpan.FromMinutes(1));
        Status("small").ContainerStatuses[0].AllocatedResources["cpu"].ToString().ShouldBe("100m");
        Pending("small").ShouldBe("Deferred");
    }

    private void Apply(Pod pod) => _turns.Do(() => _cluster.ApplyAsync(pod));

    private void Resize(string name, int milli)
    {
        var pod = Asking(_cluster.Find(name)!, milli);
        Apply(pod with { Metadata = pod.Metadata with { Generation = pod.Metadata.Generation + 1 } });
    }

    private PodStatus Status(string name) => _cluster.Find(name)!.Status;

    private string? Pending(string name) => Status(name).Conditions
        .FirstOrDefault(condition => condition.Type == "PodResizePending")?.Reason;

    private static Pod Asking(Pod pod, int milli) => pod.With(spec => spec with
    {
        Containers =
        [
            spec.Containers[0] with
            {
                Resources = new()
                {
                    Requests = new Dictionary<string, Quantity> { ["cpu"] = Quantity.FromMilli(milli) },
                },
            },
        ],
    });
}
