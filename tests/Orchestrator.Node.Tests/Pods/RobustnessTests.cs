using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Engines that answer wrongly, late or not at all, full disks, and clocks that somebody sets.</summary>
public sealed class RobustnessTests : IDisposable
{
    private const string Unkillable =
        "cannot kill container: tried to kill container, but did not receive an exit event";

    private const string Full = "failed to copy files: write /var/lib/docker/x: no space left on device";

    private readonly SimulatedNode _node = new(
        new SimulatedBehaviour("crash") { IsPresent = true, RunTime = TimeSpan.FromSeconds(1), ExitCode = 1 },
        new SimulatedBehaviour("none") { PullRefusal = "manifest unknown" });

    public RobustnessTests() => _node.Start();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_container_that_the_list_leaves_out_is_not_made_twice()
    {
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a")));
        var (running, writes, hidden) = (_node.Running(), _node.Cluster.Writes("web"), _node.IdOf("web"));
        _node.Faults.Fault = (call, _) => call == nameof(IContainerRuntime.ListAsync)
            ? Task.FromResult<IReadOnlyList<ContainerSnapshot>>(
                [.. _node.Containers().Where(container => container.Id != hidden)])
            : null;
        _node.Advance(120);
        (_node.Running(), _node.Cluster.Writes("web")).ShouldBe((running, writes));
    }

    [Fact]
    public void A_list_that_fails_for_a_while_restarts_nothing()
    {
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a")));
        var running = _node.Running();
        _node.Faults.Fault = (call, _) => call == nameof(IContainerRuntime.ListAsync)
            ? FaultyRuntime.Refusal<IReadOnlyList<ContainerSnapshot>>("cannot list: layer does not exist")
            : null;
        _node.Advance(60);
        _node.Ready().Status.ShouldBe("False");
        _node.Ready().Message!.ShouldContain("layer does not exist");
        _node.Faults.Fault = (_, _) => null;
        _node.Advance(60);
        (_node.Running(), _node.Ready().Status).ShouldBe((running, "True"));
    }

    [Fact]
    public void An_old_answer_that_comes_late_does_not_bring_a_dead_container_back()
    {
        var isLate = false;
        _node.Faults.Fault = (call, args) =>
        {
            if (call != nameof(IContainerRuntime.InspectAsync)) return null;
            var seen = _node.Containers().FirstOrDefault(container => container.Id == args[0] as string);
            if (seen is not { Image: "crash", Phase: ContainerPhase.Running } || isLate) return null;
            isLate = true;
            return LateAsync(seen);
        };
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a", "crash"))
            .With(spec => spec with { RestartPolicy = "Never" }));
        _node.Advance(6);
        isLate.ShouldBeTrue();
        _node.Status("web").Phase.ShouldBe("Failed");

        async Task<ContainerSnapshot?> LateAsync(ContainerSnapshot seen)
        {
            await Task.Delay(TimeSpan.FromSeconds(3), _node.Time);
            return seen;
        }
    }

    [Fact]
    public void A_dead_container_stays_while_users_are_told_of_it()
    {
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a", "crash")));
        _node.Advance(1.5);
        var first = _node.Status("web").ContainerStatuses[0].LastState!.Terminated!.ContainerID!.Split('/')[^1];
        _node.Cluster.AreReportsRefused = true;
        _node.Advance(5);
        _node.Containers().Count(
            container => container is { Image: "crash", Phase: ContainerPhase.Exited }).ShouldBe(2);
        _node.Containers().ShouldContain(container => container.Id == first, "its logs may be asked for");
        _node.Cluster.AreReportsRefused = false;
        _node.Advance(5);
        _node.Status("web").ContainerStatuses[0].LastState!.Terminated!.ContainerID!.ShouldNotEndWith(first);
        _node.Containers().ShouldNotContain(container => container.Id == first);
    }

    [Fact]
    public void A_container_that_cannot_be_killed_is_shown_and_holds_up_nobody_else()
    {
        _node.Apply(GivenPod.Of("stuck", SimulatedNode.Plain("a")));
        _node.Apply(GivenPod.Of("fine", SimulatedNode.Plain("a")));
        var stuck = _node.IdOf("stuck");
        _node.Faults.Fault = (call, args) =>
            call is nameof(IContainerRuntime.StopAsync) or nameof(IContainerRuntime.RemoveAsync)
            && args[0] as string == stuck
                ? FaultyRuntime.Refusal(Unkillable)
                : null;
        _node.Delete("stuck", 5);
        _node.Delete("fine", 5);
        _node.Advance(120);
        _node.Cluster.Find("fine").ShouldBeNull();
        _node.Apply(GivenPod.Of("new", SimulatedNode.Plain("a")));
        _node.Status("new").Phase.ShouldBe("Running");
        _node.Status("stuck").Phase.ShouldBe("Running", "it runs, whatever was asked of it");
        _node.Cluster.Events.ShouldContain($"stuck  Warning FailedKillPod: error killing pod: {Unkillable}");
        _node.Cluster.Events.Count(text => text.Contains("FailedKillPod"))
            .ShouldBeLessThan(12, "it is tried ever less");
        _node.Faults.Fault = (_, _) => null;
        _node.Advance(40);
        _node.Cluster.Find("stuck").ShouldBeNull(_node.Cluster.Show("stuck"));
    }

    [Fact]
    public void A_call_that_hangs_holds_up_its_own_pod_only()
    {
        var hangs = new TaskCompletionSource<string>();
        _node.Faults.Fault = (call, args) => call == nameof(IContainerRuntime.CreateAsync)
            && ((ContainerSpec)args[0]!).Name.StartsWith("k8s_a_slow_", StringComparison.Ordinal)
                ? hangs.Task
                : null;
        _node.Apply(GivenPod.Of("slow", SimulatedNode.Plain("a")));
        for (var i = 0; i < 6; i++) _node.Apply(GivenPod.Of($"fine-{i}", SimulatedNode.Plain("a")));
        _node.Advance(10);
        for (var i = 0; i < 6; i++) _node.Status($"fine-{i}").Phase.ShouldBe("Running");
        _node.Container("slow").State!.Waiting!.Reason.ShouldBe("ContainerCreating");
        _node.Faults.Fault = (_, _) => null;
        _node.Do(() =>
        {
            hangs.SetException(new RuntimeUnavailableException("no answer to POST containers/create within 120 s"));
            return Task.CompletedTask;
        });
        _node.Advance(10);
        _node.Status("slow").Phase.ShouldBe("Running", "the next try goes through");
        _node.Containers().Count.ShouldBe(14);
    }

    [Fact]
    public void A_full_disk_is_told_and_the_pod_starts_once_there_is_room()
    {
        _node.Apply(GivenPod.Of("before", SimulatedNode.Plain("a")));
        var running = _node.Running();
        _node.Faults.Fault = (call, args) => call == nameof(IContainerRuntime.CreateAsync)
            && ((ContainerSpec)args[0]!).Name.StartsWith("k8s_a_", StringComparison.Ordinal)
                ? FaultyRuntime.Refusal<string>(Full)
                : null;
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a")));
        _node.Advance(30);
        var waiting = _node.Container("web").State!.Waiting!;
        (waiting.Reason, waiting.Message).ShouldBe(("CreateContainerError", Full));
        _node.Cluster.Events.Count(text => text.EndsWith($"Warning Failed: Error: {Full}"))
            .ShouldBe(1, "no news is not told");
        _node.Running().ShouldContain(running.Split(' ')[0], customMessage: "what runs goes on");
        _node.Status("before").Phase.ShouldBe("Running");
        _node.Faults.Fault = (_, _) => null;
        _node.Advance(70);
        _node.Status("web").Phase.ShouldBe("Running");
        _node.Container("web").RestartCount.ShouldBe(0);
    }

    [Fact]
    public void A_sandbox_that_a_full_disk_refuses_is_told_too()
    {
        _node.Faults.Fault = (call, _) =>
            call == nameof(IContainerRuntime.CreateAsync) ? FaultyRuntime.Refusal<string>(Full) : null;
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a")));
        _node.Advance(30);
        _node.Cluster.Events.ShouldContain(
            $"web  Warning FailedCreatePodSandBox: Failed to create pod sandbox: {Full}");
        _node.Status("web").Phase.ShouldBe("Pending");
        _node.Faults.Fault = (_, _) => null;
        _node.Advance(70);
        _node.Status("web").Phase.ShouldBe("Running");
        _node.Containers().Count.ShouldBe(2);
    }

    [Fact]
    public void An_image_that_was_removed_is_missed_only_when_it_is_needed_again()
    {
        var image = SimulatedNode.Plain("a") with { ImagePullPolicy = "Never" };
        _node.Apply(GivenPod.Of("web", image));
        _node.Faults.Fault = (call, _) => call == nameof(IContainerRuntime.FindImageAsync)
            ? Task.FromResult<RuntimeImage?>(null)
            : null;
        _node.Advance(60);
        _node.Status("web").Phase.ShouldBe("Running");
        _node.Engine.Crash(_node.IdOf("web"), 1);
        _node.Settle();
        _node.Advance(5);
        var shown = _node.Container("web");
        shown.State!.Waiting!.Reason.ShouldBe("ErrImageNeverPull");
        shown.LastState!.Terminated!.ExitCode.ShouldBe(1);
        _node.Faults.Fault = (_, _) => null;
        _node.Advance(60);
        _node.Container("web").State!.Running.ShouldNotBeNull(_node.Cluster.Show("web"));
        _node.Container("web").RestartCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(-24)]
    [InlineData(24)]
    public void A_clock_that_is_set_neither_stops_restarts_nor_repeats_them(int hours)
    {
        _node.Apply(GivenPod.Of("crash", SimulatedNode.Plain("a", "crash")));
        _node.Apply(GivenPod.Of("none", SimulatedNode.Plain("a", "none")));
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a")));
        _node.Advance(35);
        var (restarts, running) = (_node.Container("crash").RestartCount, _node.IdOf("web"));
        restarts.ShouldBe(3, "at 1, 12 and 33 s");
        _node.Time.Jump = TimeSpan.FromHours(hours);
        _node.Advance(240);
        // The waits are 40, 80 and 160 s; the one under way may be cut short by the jump, and none is longer.
        _node.Container("crash").RestartCount.ShouldBeInRange(restarts + 2, restarts + 4);
        _node.IdOf("web").ShouldBe(running);
        _node.Container("web").RestartCount.ShouldBe(0);
        _node.Cluster.Events.Count(text => text.StartsWith("none ") && text.Contains("Normal Pulling"))
            .ShouldBeInRange(4, 6);
        _node.Ready().Status.ShouldBe("True");
        _node.Apply(GivenPod.Of("after", SimulatedNode.Plain("a")));
        _node.Status("after").Phase.ShouldBe("Running");
    }

    [Fact]
    public void A_clock_that_is_put_back_does_not_hold_up_what_failed()
    {
        _node.Cluster.AreReportsRefused = true;
        _node.Apply(GivenPod.Of("web", SimulatedNode.Plain("a")));
        _node.Advance(5);
        _node.Time.Jump = TimeSpan.FromHours(-3);
        _node.Cluster.AreReportsRefused = false;
        _node.Advance(30);
        _node.Status("web").Phase.ShouldBe("Running");
        var id = _node.IdOf("web");
        _node.Faults.Fault = (call, args) =>
            call == nameof(IContainerRuntime.StopAsync) && args[0] as string == id
                ? FaultyRuntime.Refusal(Unkillable)
                : null;
        _node.Delete("web", 5);
        _node.Advance(60);
        _node.Time.Jump = TimeSpan.FromHours(-6);
        _node.Faults.Fault = (_, _) => null;
        _node.Advance(60);
        _node.Cluster.Find("web").ShouldBeNull(_node.Cluster.Show("web"));
    }
}
