using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>The node agent on a simulated engine, in virtual time, one turn after another.</summary>
public sealed class NodeAgentTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private readonly SimulatedRuntime _engine;
    private readonly TestCluster _cluster;

    public NodeAgentTests()
    {
        _time = new VirtualTime(_turns);
        var options = new SimulatedOptions
        {
            Behaviours =
            [
                new("crash") { IsPresent = true, RunTime = Second, ExitCode = 1, Output = ["it broke"] },
                new("slow") { PullTime = TimeSpan.FromSeconds(60) },
                new("none") { PullRefusal = "manifest unknown" },
                new("bad") { IsPresent = true, StartRefusal = "exec: no such file" },
                new("stubborn") { IsPresent = true, StopTime = TimeSpan.FromMinutes(5) },
                new("*") { IsPresent = true },
            ],
        };
        _engine = new SimulatedRuntime("node-1", options, _time);
        _cluster = new TestCluster(() => _engine, new NodeAgentOptions { NodeName = "node-1" }, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
    }

    // Also the proof that an agent can be stopped at any moment, for every test ends with it.
    public void Dispose() => _turns.Do(() => _cluster.DisposeAsync().AsTask());

    [Fact]
    public void A_pod_runs_after_a_single_report()
    {
        Apply(GivenPod.Of("web", Plain("a"), Plain("b")));
        _cluster.Find("web")!.Status.Phase.ShouldBe("Running");
        _cluster.Writes("web").ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(5));
        _cluster.Writes("web").ShouldBe(1, "relisting says nothing new");
        Containers().Count.ShouldBe(3);
    }

    [Fact]
    public void Crashes_are_waited_out_longer_and_longer()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "crash" }));
        var (starts, seconds) = (new List<int>(), 0);
        for (; seconds < 200; seconds++)
        {
            if (Containers().Any(container => container is { Phase: ContainerPhase.Running }
                && container.Labels["io.kubernetes.container.name"] == "a"))
            {
                starts.Add(seconds);
            }
            _time.Advance(Second);
        }
        // One second of running, then 0, 10, 20, 40 and 80 s of waiting.
        starts.ShouldBe([0, 1, 12, 33, 74, 155]);
        var waiting = Status("web").ContainerStatuses[0];
        waiting.State!.Waiting!.Reason.ShouldBe("CrashLoopBackOff");
        waiting.RestartCount.ShouldBe(5);
        _cluster.Events.ShouldContain(
            text => text.Contains("Warning BackOff: Back-off restarting failed container a in pod web_default("));
        _cluster.Explanations.ShouldContain(text => text.Contains("it broke") && text.Contains("\"exitCode\":1"));
        Containers().Count(container => container.Labels["io.kubernetes.container.name"] == "a").ShouldBe(1,
            "older dead ones are removed");
    }

    [Fact]
    public void A_silent_engine_makes_the_node_unready_and_leaves_pods_as_they_were()
    {
        Apply(GivenPod.Of("web", Plain("a")));
        var (before, ids) = (_cluster.Writes("web"), Ids());
        _engine.BreakEngine("no answer");
        _turns.SettleAll();
        _time.Advance(TimeSpan.FromSeconds(20));
        Ready().Status.ShouldBe("False");
        Ready().Message!.ShouldContain("no answer");
        _cluster.Writes("web").ShouldBe(before);
        _engine.RepairEngine();
        _time.Advance(TimeSpan.FromSeconds(20));
        Ready().Status.ShouldBe("True");
        (Ids(), _cluster.Writes("web")).ShouldBe((ids, before));
    }

    [Fact]
    public void A_rebooted_engine_gets_every_pod_back_with_a_new_sandbox()
    {
        Apply(GivenPod.Of("web", Plain("a")));
        _engine.Reboot();
        _turns.SettleAll();
        _time.Advance(TimeSpan.FromSeconds(60));
        var status = Status("web");
        status.Phase.ShouldBe("Running");
        status.ContainerStatuses[0].RestartCount.ShouldBe(1);
        Containers().Count(container => container.Phase == ContainerPhase.Running).ShouldBe(2);
    }

    [Fact]
    public void A_stuck_container_holds_up_neither_other_pods_nor_the_node()
    {
        Apply(GivenPod.Of("stuck", Plain("a")));
        Apply(GivenPod.Of("fine", Plain("a")));
        var id = Status("stuck").ContainerStatuses[0].ContainerID!["docker://".Length..];
        _engine.Crash(id, 1);
        _engine.Stick(id);
        _engine.Crash(Status("fine").ContainerStatuses[0].ContainerID!["docker://".Length..], 1);
        _turns.SettleAll();
        _time.Advance(TimeSpan.FromSeconds(40));
        Status("fine").ContainerStatuses[0].RestartCount.ShouldBe(1);
        Ready().Status.ShouldBe("True");
        _engine.Stick(id, false);
        _time.Advance(TimeSpan.FromSeconds(60));
        Status("stuck").ContainerStatuses[0].RestartCount.ShouldBe(1);
    }

    [Fact]
    public void What_vanished_without_an_event_is_found_by_the_relist()
    {
        Apply(GivenPod.Of("web", Plain("a")));
        _engine.Lose(Status("web").ContainerStatuses[0].ContainerID!["docker://".Length..]);
        _time.Advance(TimeSpan.FromSeconds(60));
        Status("web").ContainerStatuses[0].RestartCount.ShouldBe(1);
        Containers().Count(container => container.Phase == ContainerPhase.Running).ShouldBe(2);
    }

    [Fact]
    public void A_report_that_fails_is_repeated()
    {
        _cluster.AreReportsRefused = true;
        Apply(GivenPod.Of("web", Plain("a")));
        _time.Advance(TimeSpan.FromSeconds(3));
        _cluster.Writes("web").ShouldBe(0);
        _cluster.AreReportsRefused = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        Status("web").Phase.ShouldBe("Running");
        _cluster.Writes("web").ShouldBe(1);
    }

    [Fact]
    public void A_pod_deleted_while_its_image_is_pulled_goes_at_once()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "slow" }));
        _time.Advance(TimeSpan.FromSeconds(5));
        Status("web").ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("ContainerCreating", "slow steps are told");
        _turns.Do(() => _cluster.DeleteAsync("web"));
        _time.Advance(Second);
        _cluster.Find("web").ShouldBeNull(_cluster.Show("web"));
        Containers().ShouldBeEmpty();
        _cluster.Phases.ShouldBe(["web Pending", "web Failed", "web gone"]);
    }

    [Fact]
    public void A_stop_is_cut_short_by_a_second_delete()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "stubborn" }));
        _turns.Do(() => _cluster.DeleteAsync("web", 120));
        _time.Advance(TimeSpan.FromSeconds(10));
        _cluster.Find("web").ShouldNotBeNull();
        _turns.Do(() => _cluster.DeleteAsync("web", 12));
        _time.Advance(TimeSpan.FromSeconds(3));
        _cluster.Find("web").ShouldBeNull(_cluster.Show("web"));
        Containers().ShouldBeEmpty();
    }

    [Fact]
    public void A_changed_image_restarts_only_its_container()
    {
        var pod = Apply(GivenPod.Of("web", Plain("a"), Plain("b")));
        var before = Status("web");
        Apply(pod with
        {
            Status = before,
            Metadata = pod.Metadata with { Generation = 2 },
            Spec = pod.Spec with { Containers = [Plain("a") with { Image = "newer" }, Plain("b")] },
        });
        var after = Status("web");
        (after.ContainerStatuses[0].Image, after.ContainerStatuses[0].RestartCount).ShouldBe(("newer", 1));
        after.ContainerStatuses[1].ContainerID.ShouldBe(before.ContainerStatuses[1].ContainerID);
        _cluster.Events.ShouldContain(
            text => text.EndsWith("Killing: Container a definition changed, will be restarted"));
    }

    [Fact]
    public void A_forced_delete_frees_the_name_while_the_old_pod_ends()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "stubborn" }));
        Apply(GivenPod.Of("web", Plain("a")));
        Status("web").Phase.ShouldBe("Running");
        Containers().Count(container => container.Phase == ContainerPhase.Running).ShouldBe(4);
        _time.Advance(TimeSpan.FromSeconds(40));
        Containers().Count.ShouldBe(2);
    }

    [Fact]
    public void A_container_that_cannot_run_says_why()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "bad" }));
        _time.Advance(Second);
        var waiting = Status("web").ContainerStatuses[0].State!.Waiting!;
        waiting.Reason.ShouldBe("RunContainerError");
        waiting.Message!.ShouldContain("exec: no such file");
        Containers().Count.ShouldBeLessThan(5, "it is not tried in a loop");
    }

    [Fact]
    public void An_image_that_cannot_be_had_is_asked_for_ever_more_seldom()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "none" }));
        Status("web").ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("ErrImagePull");
        _time.Advance(TimeSpan.FromSeconds(6));
        Status("web").ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("ImagePullBackOff");
        _time.Advance(TimeSpan.FromSeconds(120));
        // At 0, 10, 30 and 70 s.
        _cluster.Events.Count(text => text.Contains("Normal Pulling")).ShouldBe(4);
    }

    [Fact]
    public void A_container_put_in_waits_for_its_target_and_ends_with_it()
    {
        var pod = GivenPod.Of("web", Plain("a") with { Image = "crash" }, Plain("b"));
        Apply(pod);
        _time.Advance(4 * Second);
        Status("web").ContainerStatuses[0].State!.Running.ShouldBeNull("the crash is waited out");
        Put("web", Look("eye", "a"), Look("ear", "b"));
        var shown = Status("web").EphemeralContainerStatuses;
        shown[0].State!.Waiting!.Message.ShouldBe("waiting for its target container a to run");
        shown[1].State!.Running.ShouldNotBeNull();
        (shown[1].Ready, shown[1].Started).ShouldBe((false, null));
        Until("the target runs again", () => Status("web").EphemeralContainerStatuses[0].State!.Running is not null);
        Until("it ends again", () => Status("web").EphemeralContainerStatuses[0].State!.Terminated is not null);
        Status("web").EphemeralContainerStatuses[0].State!.Terminated!.ExitCode.ShouldBe(137);
        _time.Advance(TimeSpan.FromMinutes(10));
        Status("web").EphemeralContainerStatuses.Select(one => one.RestartCount).ShouldBe([0, 0]);
        Status("web").EphemeralContainerStatuses[0].State!.Terminated.ShouldNotBeNull("it is never started again");
        Status("web").EphemeralContainerStatuses[1].State!.Running.ShouldNotBeNull();
        Delete("web");
        Containers().ShouldBeEmpty();
    }

    [Fact]
    public void A_container_put_in_is_taken_down_with_a_pod_that_nobody_knows()
    {
        Apply(GivenPod.Of("web", Plain("a")));
        Put("web", Look("eye", "a"));
        Containers().Count.ShouldBe(3);
        _turns.Do(_cluster.StopAgentAsync);
        _turns.Do(() => _cluster.ForgetAsync("web"));
        _turns.Do(_cluster.StartAgentAsync);
        _time.Advance(TimeSpan.FromMinutes(1));
        Containers().ShouldBeEmpty();
    }

    private void Put(string name, params EphemeralContainer[] containers)
    {
        var pod = _cluster.Find(name)!;
        Apply(pod with
        {
            Metadata = pod.Metadata with { Generation = pod.Metadata.Generation + 1 },
            Spec = pod.Spec with { EphemeralContainers = containers },
        });
    }

    private void Until(string what, Func<bool> holds)
    {
        for (var seconds = 0; !holds(); seconds++)
        {
            seconds.ShouldBeLessThan(600, what);
            _time.Advance(Second);
        }
    }

    private static EphemeralContainer Look(string name, string target) =>
        new() { Name = name, Image = "plain", ImagePullPolicy = "IfNotPresent", TargetContainerName = target };

    private void Delete(string name)
    {
        _turns.Do(() => _cluster.DeleteAsync(name));
        _time.Advance(Second);
    }

    private Pod Apply(Pod pod)
    {
        Pod? stored = null;
        _turns.Do(async () => stored = await _cluster.ApplyAsync(pod));
        return stored!;
    }

    private PodStatus Status(string name) => _cluster.Find(name)!.Status;

    private NodeCondition Ready() => _cluster.Node!.Conditions.Single(condition => condition.Type == "Ready");

    private IReadOnlyList<ContainerSnapshot> Containers() => _engine.ListAsync(default).GetAwaiter().GetResult();

    private string Ids() => string.Join(' ', Containers().Select(container => container.Id).Order());

    private static Container Plain(string name) =>
        new() { Name = name, Image = "plain", ImagePullPolicy = "IfNotPresent" };
}
