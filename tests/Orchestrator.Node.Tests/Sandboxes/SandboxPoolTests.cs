using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>Warm sandboxes on a simulated engine, in virtual time.</summary>
public sealed class SandboxPoolTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private readonly SimulatedRuntime _engine;
    private TestCluster _cluster = null!;

    public SandboxPoolTests()
    {
        _time = new VirtualTime(_turns);
        var plain = new SimulatedBehaviour("*") { IsPresent = true, CreateTime = Second / 50, StartTime = Second / 5 };
        var stubborn = plain with { ImagePattern = "stubborn", StopTime = 1000 * Second };
        _engine = new SimulatedRuntime("node-1", new SimulatedOptions { Behaviours = [stubborn, plain] }, _time);
    }

    public void Dispose() => _turns.Do(() => _cluster.DisposeAsync().AsTask());

    [Fact]
    public void A2_A_pod_takes_a_waiting_sandbox_and_its_place_is_filled()
    {
        Start("3");
        var waiting = Waiting();
        waiting.Count.ShouldBe(3);
        Apply("web");
        var sandbox = SandboxOf("web");
        waiting.Select(seen => seen.Id).ShouldContain(sandbox.Id);
        sandbox.Labels[ContainerLabels.Attempt].ShouldBe("0");
        _cluster.Find("web")!.Status.PodIP.ShouldBe(sandbox.IpAddress);
        _cluster.Writes("web").ShouldBe(1);
        _time.Advance(5 * Second);
        Waiting().Count.ShouldBe(3);
        Condition()!.Message.ShouldBe("3 of 3 ready, about 12 MiB; 0 pods found one, 0 did not");
    }

    [Fact]
    public void A2_A_pod_that_is_made_again_has_another_address_and_one_that_restarts_has_not()
    {
        Start("2");
        Apply("web");
        var first = _cluster.Find("web")!.Status.PodIP;
        _engine.Crash(
            _engine.Snapshots().Single(seen => seen.Name.StartsWith("k8s_main", StringComparison.Ordinal)).Id, 1);
        _time.Advance(5 * Second);
        _cluster.Find("web")!.Status.ContainerStatuses[0].RestartCount.ShouldBe(1);
        _cluster.Find("web")!.Status.PodIP.ShouldBe(first);
        _turns.Do(() => _cluster.DeleteAsync("web"));
        _time.Advance(5 * Second);
        Apply("web");
        _cluster.Find("web")!.Status.PodIP.ShouldNotBe(first);
        Addresses().ShouldBeUnique();
    }

    [Fact]
    public void Ten_at_once_find_what_there_is_and_make_the_rest()
    {
        Start("4");
        var waiting = Waiting().Select(seen => seen.Id).ToHashSet();
        for (var number = 0; number < 10; number++) Apply($"web-{number}");
        _time.Advance(5 * Second);
        var sandboxes = Enumerable.Range(0, 10).Select(number => SandboxOf($"web-{number}")).ToList();
        sandboxes.Count(sandbox => waiting.Contains(sandbox.Id)).ShouldBe(4);
        Addresses().Count.ShouldBe(14);
        Addresses().ShouldBeUnique();
    }

    [Fact]
    public void A_restarted_node_finds_what_it_has_given_away_and_what_waits()
    {
        Start("3");
        Apply("web");
        _time.Advance(5 * Second);
        var before = Ids();
        _turns.Do(_cluster.StopAgentAsync);
        _turns.Do(_cluster.StartAgentAsync);
        _time.Advance(TimeSpan.FromMinutes(2));
        Ids().ShouldBe(before);
        _cluster.Find("web")!.Status.ContainerStatuses[0].RestartCount.ShouldBe(0);
        Apply("two");
        Ids().ShouldContain(SandboxOf("two").Id);
        before.ShouldContain(SandboxOf("two").Id, "it waited since before the restart");
    }

    [Fact]
    public void What_was_given_to_a_pod_that_nobody_knows_is_taken_down()
    {
        Start("2");
        Apply("web");
        _time.Advance(5 * Second);
        _turns.Do(_cluster.StopAgentAsync);
        _turns.Do(() => _cluster.ForgetAsync("web"));
        _turns.Do(_cluster.StartAgentAsync);
        _time.Advance(TimeSpan.FromMinutes(1));
        _engine.Snapshots().ShouldAllBe(seen => WarmSandbox.IsWaiting(seen.Name, seen.Labels));
        Waiting().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("off", true)]
    [InlineData("4", false)]
    public void Nothing_waits_where_nothing_is_wanted(string setting, bool isOpen)
    {
        Start("4");
        Apply("web");
        _time.Advance(5 * Second);
        WarmSetting.TryParse(setting, out var said).ShouldBeTrue();
        _turns.Do(() => _cluster.KeepWarmAsync(said, isOpen));
        _time.Advance(5 * Second);
        Waiting().ShouldBeEmpty();
        _cluster.Find("web")!.Status.ContainerStatuses[0].RestartCount.ShouldBe(0);
        _engine.Snapshots().Count.ShouldBe(2, "the pod keeps what it has");
        (Condition() is null).ShouldBe(said.IsOff);
    }

    [Fact]
    public void One_that_dies_or_goes_is_replaced()
    {
        Start("3");
        _engine.Crash(Waiting()[0].Id, 1);
        _engine.Lose(Waiting()[1].Id);
        _turns.SettleAll();
        _time.Advance(5 * Second);
        Waiting().Count(seen => seen.Phase == ContainerPhase.Running).ShouldBe(3);
        _engine.Snapshots().Count.ShouldBe(3);
        _engine.Reboot();
        _turns.SettleAll();
        _time.Advance(TimeSpan.FromMinutes(1));
        Waiting().Count(seen => seen.Phase == ContainerPhase.Running).ShouldBe(3);
        _engine.Snapshots().Count.ShouldBe(3);
    }

    [Fact]
    public void One_that_another_has_taken_is_not_taken_again()
    {
        Start("2");
        var first = Waiting()[0];
        _engine.RenameAsync(first.Name, "k8s_POD_other_default_uid-other_0", default)
            .IsCompletedSuccessfully.ShouldBeTrue();
        Apply("web");
        SandboxOf("web").Id.ShouldNotBe(first.Id);
        _engine.Snapshots().Single(seen => seen.Id == first.Id).Name.ShouldContain("other");
    }

    [Fact]
    public void A_sandbox_the_pod_has_already_is_not_replaced()
    {
        Start("2");
        var pod = Plain("web");
        var making = _engine.CreateAsync(ContainerSpecsOf(pod), default);
        _time.Advance(Second);
        making.IsCompletedSuccessfully.ShouldBeTrue();
        Apply(pod);
        WarmSandbox.WasWarm(SandboxOf("web")).ShouldBeFalse();
        Waiting().Count.ShouldBe(2);
    }

    [Fact]
    public void Pods_that_need_another_sandbox_make_their_own()
    {
        Start("4");
        var waiting = Waiting().Select(seen => seen.Id).ToHashSet();
        Apply(Plain("network").With(spec => spec with { HostNetwork = true }));
        Apply(Plain("ipc").With(spec => spec with { HostIPC = true }));
        Apply(Plain("pid").With(spec => spec with { HostPID = true }));
        Apply(Plain("kernel").With(spec => spec with
        {
            SecurityContext = new()
            {
                Sysctls = [new() { Name = "net.ipv4.ip_unprivileged_port_start", Value = "99" }],
            },
        }));
        _time.Advance(Second);
        foreach (var name in new[] { "network", "ipc", "pid", "kernel" })
            waiting.ShouldNotContain(SandboxOf(name).Id, name);
        Apply(Plain("shared").With(spec => spec with { ShareProcessNamespace = true, Hostname = "other" }));
        waiting.ShouldContain(SandboxOf("shared").Id);
    }

    [Fact]
    public void Demand_makes_the_pool_larger_for_a_while()
    {
        Start("auto");
        Waiting().Count.ShouldBe(WarmPlanner.AutoMin);
        for (var number = 0; number < 9; number++) Apply($"web-{number}");
        _time.Advance(20 * Second);
        Waiting().Count.ShouldBeInRange(9, 11);
        _time.Advance(TimeSpan.FromHours(1));
        Waiting().Count.ShouldBe(WarmPlanner.AutoMin);
    }

    [Fact]
    public void Nothing_is_made_while_pods_are_started()
    {
        Start("1");
        Apply("web");
        var before = Waiting().Count;
        for (var number = 0; number < 40; number++)
        {
            Apply($"web-{number}");
            _time.Advance(Second / 10);
            Waiting().Count.ShouldBe(before, $"pod {number} is being started");
        }
        _time.Advance(20 * Second);
        Waiting().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(60, 2)]
    public void Nothing_is_made_while_a_stop_is_soon_over(int graceSeconds, int waiting)
    {
        Start("2");
        Apply(Plain("web", "stubborn"));
        _time.Advance(5 * Second);
        _turns.Do(() => _cluster.DeleteAsync("web", graceSeconds));
        _engine.Lose(Waiting()[0].Id);
        _turns.SettleAll();
        _time.Advance(3 * Second);
        Waiting().Count.ShouldBe(waiting);
        _time.Advance(3 * Second);
        Waiting().Count.ShouldBe(2);
    }

    private static ContainerSpec ContainerSpecsOf(Pod pod) => Orchestrator.Nodes.Pods.ContainerSpecs.Sandbox(
        pod, "orchestrator/infra:simulated", 0);

    private void Start(string setting)
    {
        WarmSetting.TryParse(setting, out var said).ShouldBeTrue();
        _cluster = new TestCluster(
            () => _engine, new NodeAgentOptions { NodeName = "node-1", WarmSandboxes = said! }, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
        _time.Advance(20 * Second);
    }

    private void Apply(string name)
    {
        Apply(Plain(name));
        _time.Advance(Second / 4);
    }

    private void Apply(Pod pod)
    {
        _turns.Do(() => _cluster.ApplyAsync(pod));
        _time.Advance(Second / 4);
    }

    private static Pod Plain(string name, string image = "plain") =>
        GivenPod.Of(name, new Container { Name = "main", Image = image, ImagePullPolicy = "IfNotPresent" });

    private List<ContainerSnapshot> Waiting() =>
        [.. _engine.Snapshots().Where(seen => WarmSandbox.IsWaiting(seen.Name, seen.Labels))];

    private ContainerSnapshot SandboxOf(string pod) => _engine.Snapshots().Single(
        seen => seen.Labels.GetValueOrDefault(ContainerLabels.PodName) == pod
            && seen.Labels[ContainerLabels.ContainerName] == ContainerLabels.InfraContainer);

    private List<string> Ids() => [.. _engine.Snapshots().Select(seen => seen.Id).Order(StringComparer.Ordinal)];

    private List<string> Addresses() =>
        [.. _engine.Snapshots().Where(seen => seen.IpAddress is not null).Select(seen => seen.IpAddress!)];

    private NodeCondition? Condition() =>
        _cluster.Node!.Conditions.FirstOrDefault(condition => condition.Type == WarmCounts.Condition);
}
