using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Pods;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Reconcilers.Pods;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What holds a pod as a whole, on a simulated machine, in virtual time.</summary>
public sealed class SimulatedHoldTests
{
    [Fact]
    public void A11_a_pod_is_held_from_its_first_container_until_its_last_is_gone()
    {
        using var node = new SimulatedNode(options => options with { Policy = new() { PodPidsMax = 50 } });
        node.Start();
        var pod = node.Apply(GivenPod.Of("held", SimulatedNode.Plain("a"), SimulatedNode.Plain("b")));
        node.Settle();
        var uid = pod.Metadata.Uid!;
        node.Engine.Groups.Find(uid).ShouldBe(node.Engine.Groups.Find(uid)! with { PidsMax = 50, CpuShares = 2 });
        node.Restart();
        node.Advance(60);
        node.Engine.Groups.PodUids.ShouldBe([uid], "a restart of the node ends nothing");
        node.Delete("held", 0);
        node.Advance(60);
        node.Engine.Groups.PodUids.ShouldBeEmpty();
    }

    [Fact]
    public void A11_a_pod_that_has_ended_needs_no_group()
    {
        using var node = new SimulatedNode(
            options => options with { Policy = new() { PodPidsMax = 50 } },
            new SimulatedBehaviour("short") { IsPresent = true, RunTime = TimeSpan.FromSeconds(5) });
        node.Start();
        node.Apply(GivenPod.Of("done", SimulatedNode.Plain("c", "short"))
            .With(spec => spec with { RestartPolicy = "Never" }));
        node.Advance(1);
        node.Engine.Groups.PodUids.Count.ShouldBe(1);
        node.Advance(60);
        node.Status("done").Phase.ShouldBe("Succeeded");
        node.Engine.Groups.PodUids.ShouldBeEmpty();
    }

    [Fact]
    public void A11_a_pod_that_nothing_bounds_has_no_group()
    {
        using var node = new SimulatedNode();
        node.Start();
        node.Apply(GivenPod.Of("free", SimulatedNode.Plain("a") with
        {
            Resources = new() { Limits = Amounts("cpu=1 memory=1Gi") },
        }));
        node.Settle();
        node.Engine.Groups.PodUids.ShouldBeEmpty();
    }

    [Fact]
    public void A11_groups_that_a_crash_left_behind_are_removed()
    {
        using var node = new SimulatedNode();
        node.Do(() => node.Engine.Groups.HoldAsync("gone", new(2, 0, 0, 9, []), default));
        node.Start();
        node.Advance(60);
        node.Engine.Groups.PodUids.ShouldBeEmpty();
    }

    [Fact]
    public void A11_where_pods_cannot_be_held_one_warning_says_so()
    {
        using var node = new SimulatedNode(options => options with { Policy = new() { PodPidsMax = 50 } });
        node.Faults.Fault = (call, _) => call == "get_Cgroups" ? new Refusing() : null;
        node.Start();
        node.Apply(GivenPod.Of("a", SimulatedNode.Plain("c")));
        node.Apply(GivenPod.Of("b", SimulatedNode.Plain("c")));
        node.Settle();
        node.Status("b").Phase.ShouldBe("Running");
        node.Cluster.Events.Where(text => text.Contains("PodsNotBounded")).ShouldBe(
            ["node-1  Warning PodsNotBounded: this node does not bound anything of pods as a whole: not today"]);
    }

    [Fact]
    public void A11_limits_of_the_pod_hold_for_containers_that_say_nothing()
    {
        using var node = new SimulatedNode();
        node.Start();
        var pod = node.Apply(GivenPod.Of("whole", SimulatedNode.Plain("a"), SimulatedNode.Plain("b") with
        {
            Resources = new() { Limits = Amounts("cpu=250m") },
        }).With(spec => spec with
        {
            Resources = new() { Limits = Amounts("cpu=1 memory=64Mi"), Requests = Amounts("cpu=1 memory=64Mi") },
        }));
        node.Settle();
        var bounds = node.Engine.Groups.Find(pod.Metadata.Uid!)!;
        (bounds.CpuShares, bounds.CpuQuotaMicros, bounds.MemoryBytes).ShouldBe((1024, 100_000, 64L << 20));
        LimitsOf("a").ShouldBe(new ContainerLimits(2, 100_000, 64 << 20));
        LimitsOf("b").ShouldBe(new ContainerLimits(256, 25_000, 64 << 20));
        node.Container("whole").Resources!.Limits.ShouldBeEmpty("the status tells the container's own");

        ContainerLimits? LimitsOf(string name) => node.Containers().Single(
            container => container.Labels[ContainerLabels.ContainerName] == name).Limits;
    }

    [Fact]
    public void A11_a_node_tells_its_huge_pages_and_bounds_pods_to_what_they_ask_for()
    {
        var turns = new TurnScheduler();
        var time = new VirtualTime(turns);
        var engine = new SimulatedRuntime("node-1", new SimulatedOptions
        {
            MemoryBytes = 4L << 30,
            HugePages = new Dictionary<long, long> { [2 << 20] = 64 << 20, [1 << 30] = 1 << 30 },
            Behaviours = [new("*") { IsPresent = true }],
        }, time);
        var cluster = new TestCluster(() => engine, new NodeAgentOptions { NodeName = "node-1" }, time, turns);
        turns.Do(cluster.StartAgentAsync);
        var node = cluster.Node!;
        node.Capacity["hugepages-2Mi"].ToString().ShouldBe("64Mi");
        node.Allocatable["hugepages-1Gi"].ToString().ShouldBe("1Gi");
        node.Capacity["memory"].ToString().ShouldBe("4Gi");
        node.Allocatable["memory"].ToString().ShouldBe("3008Mi", "what is kept in huge pages is no use for the rest");
        var pod = GivenPod.Of("huge", SimulatedNode.Plain("c") with
        {
            Resources = new() { Limits = Amounts("hugepages-2Mi=8Mi cpu=1") },
        });
        turns.Do(() => cluster.ApplyAsync(pod));
        turns.SettleAll();
        engine.Groups.Find(pod.Metadata.Uid!)!.HugePages.ShouldBe([new HugePageBound(2 << 20, 8 << 20)]);
        turns.Do(() => cluster.DisposeAsync().AsTask());
    }

    [Fact]
    public void A11_huge_pages_are_read_as_the_kernel_shows_them()
    {
        var root = Directory.CreateTempSubdirectory("pages");
        try
        {
            Put("hugepages-2048kB", "12\n");
            Put("hugepages-1048576kB", "0\n");
            Put("hugepages-oddkB", "3\n");
            root.CreateSubdirectory("hugepages-64kB");
            MachinePages.Read(root.FullName).ShouldBe(new SortedDictionary<long, long>
            {
                [2 << 20] = 24 << 20,
                [1 << 30] = 0,
            });
            MachinePages.Read(Path.Combine(root.FullName, "none")).ShouldBeEmpty();
        }
        finally
        {
            root.Delete(recursive: true);
        }

        void Put(string size, string pages) =>
            File.WriteAllText(Path.Combine(root.CreateSubdirectory(size).FullName, "nr_hugepages"), pages);
    }

    [Fact]
    public void B11_looks_are_counted_by_kind_and_result_over_all_attempts()
    {
        using var node = new SimulatedNode();
        node.Start();
        var probe = new Probe { Exec = new() { Command = ["true"] }, PeriodSeconds = 10, FailureThreshold = 2 };
        var probed = SimulatedNode.Plain("c") with { LivenessProbe = probe, ReadinessProbe = probe };
        node.Apply(GivenPod.Of("probed", probed, SimulatedNode.Plain("silent")));
        node.Advance(35);
        var well = Totals();
        well[$"c {ProbeKind.Liveness} {ProbeOutcome.Success}"].ShouldBeInRange(3, 5);
        well[$"c {ProbeKind.Readiness} {ProbeOutcome.Success}"].ShouldBeInRange(3, 5);
        well.Count.ShouldBe(2, "what never happened is not counted");
        node.Engine.SetHealth(node.IdOf("probed"), isWell: false);
        node.Advance(60);
        node.Container("probed").RestartCount.ShouldBeGreaterThan(0);
        Totals()[$"c {ProbeKind.Liveness} {ProbeOutcome.Failure}"].ShouldBeGreaterThanOrEqualTo(2);
        Totals()[$"c {ProbeKind.Liveness} {ProbeOutcome.Success}"].ShouldBeGreaterThanOrEqualTo(
            well[$"c {ProbeKind.Liveness} {ProbeOutcome.Success}"], "a restart of the container forgets nothing");

        Dictionary<string, long> Totals() => node.Cluster.ProbeTotals.ToDictionary(
            total => $"{total.Container} {total.Kind} {total.Outcome}", total => total.Count);
    }

    private static Dictionary<string, Quantity> Amounts(string text) => text.Split(' ').Select(part => part.Split('='))
        .ToDictionary(part => part[0], part => Quantity.Parse(part[1]));

    private sealed class Refusing : IPodCgroups
    {
        public IReadOnlyList<string> PodUids => [];

        public Task<PodCgroup> HoldAsync(string podUid, PodBounds bounds, CancellationToken cancellation) =>
            Task.FromResult(PodCgroup.None("not today"));

        public Task ReleaseAsync(string podUid, CancellationToken cancellation) => Task.CompletedTask;
    }
}
