using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Hooks, graces and restarts on a simulated engine, in virtual time, one turn after another.</summary>
public sealed class HookAgentTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private SimulatedRuntime _engine = null!;
    private TestCluster _cluster = null!;

    public HookAgentTests()
    {
        _time = new VirtualTime(_turns);
        Start(new NodeAgentOptions { NodeName = "node-1" });
    }

    public void Dispose() => _turns.Do(() => _cluster.DisposeAsync().AsTask());

    [Fact]
    public void A7_The_next_container_waits_for_what_follows_the_start_of_the_first()
    {
        Apply(GivenPod.Of("web", Plain("a", start: Sleep(5)), Plain("b")));
        _time.Advance(4 * Second);
        var during = Status("web");
        during.Phase.ShouldBe("Pending");
        during.ContainerStatuses.Select(status => status.State!.Waiting!.Reason)
            .ShouldBe(["ContainerCreating", "ContainerCreating"]);
        Running().ShouldBe("POD a");
        _time.Advance(2 * Second);
        Running().ShouldBe("POD a b");
        Status("web").Phase.ShouldBe("Running");
    }

    [Fact]
    public void A7_A_failed_post_start_is_shown_waited_out_and_tried_again()
    {
        Apply(GivenPod.Of("web", Plain("a", start: Command("false"))));
        // At once, then after 10 s.
        _time.Advance(Second);
        Status("web").ContainerStatuses[0].RestartCount.ShouldBe(1);
        Status("web").ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("PostStartHookError");
        Status("web").ContainerStatuses[0].State!.Waiting!.Message!.ShouldStartWith(
            "Exec lifecycle hook ([false]) for Container \"a\" in Pod \"web_default(");
        _time.Advance(5 * Second);
        Status("web").ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("CrashLoopBackOff");
        _time.Advance(5 * Second);
        Status("web").ContainerStatuses[0].RestartCount.ShouldBe(2);
        _cluster.Events.Count(text => text.Contains("FailedPostStartHook: PostStartHook failed")).ShouldBe(3);
    }

    [Fact]
    public void A7_A_delete_does_not_wait_for_what_follows_the_start()
    {
        Apply(GivenPod.Of("web", Plain("a", start: Sleep(1000))));
        _time.Advance(Second);
        Delete("web", 30);
        _time.Advance(Second);
        _cluster.Find("web").ShouldBeNull(_cluster.Show("web"));
    }

    [Fact]
    public void A8_A_hook_may_take_the_grace_and_leaves_two_seconds_more()
    {
        Apply(GivenPod.Of("web", Plain("a", "stubborn", stop: Sleep(100))));
        Delete("web", 10);
        _time.Advance(TimeSpan.FromSeconds(11.9));
        Running().ShouldBe("POD a");
        _time.Advance(0.2 * Second);
        Running().ShouldBe("");
        _cluster.Phases.ShouldContain("web Failed");
    }

    [Fact]
    public void B3_What_the_hook_leaves_of_the_grace_is_for_TERM()
    {
        Apply(GivenPod.Of("web", Plain("a", "stubborn", stop: Sleep(4))));
        Delete("web", 10);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Running().ShouldBe("POD a");
        _time.Advance(0.2 * Second);
        Running().ShouldBe("");
    }

    [Fact]
    public void B3_A_second_delete_shortens_and_never_lengthens()
    {
        Apply(GivenPod.Of("web", Plain("a", "stubborn", stop: Command("false"))));
        Apply(GivenPod.Of("other", Plain("a", "stubborn")));
        Delete("web", 120);
        Delete("other", 20);
        _time.Advance(10 * Second);
        Delete("web", 12);
        Delete("other", 600);
        _time.Advance(3 * Second);
        _cluster.Find("web").ShouldBeNull(_cluster.Show("web"));
        _cluster.Events.Count(text => text.Contains("FailedPreStopHook")).ShouldBe(1, "a hook is run once");
        _cluster.Find("other").ShouldNotBeNull();
        _time.Advance(8 * Second);
        _cluster.Find("other").ShouldBeNull("20 s are over");
    }

    [Fact]
    public void A8_A_restarted_agent_gives_the_full_grace_again()
    {
        Apply(GivenPod.Of("web", Plain("a", "stubborn")));
        Delete("web", 30);
        _time.Advance(20 * Second);
        _turns.Do(_cluster.StopAgentAsync);
        _turns.Do(_cluster.StartAgentAsync);
        _time.Advance(29 * Second);
        Running().ShouldBe("POD a");
        _time.Advance(2 * Second);
        Running().ShouldBe("");
        _cluster.Find("web").ShouldBeNull(_cluster.Show("web"));
    }

    [Fact]
    public void A7_A_hook_is_given_up_when_its_container_dies()
    {
        Apply(GivenPod.Of("web", Plain("a", stop: Sleep(25))));
        Delete("web", 30);
        _time.Advance(Second);
        _engine.Crash(IdOf("web"), 3);
        _turns.SettleAll();
        _time.Advance(Second);
        _cluster.Find("web").ShouldBeNull(_cluster.Show("web"));
        _cluster.Phases.ShouldContain("web Failed");
    }

    [Fact]
    public void B10_Sidecars_get_what_is_left_and_two_seconds_at_least()
    {
        var pod = GivenPod.Of("web", Plain("main", "stubborn"));
        Apply(pod.With(spec => spec with
        {
            InitContainers = [Sidecar("x"), Sidecar("y")],
        }));
        Running().ShouldBe("POD x y main");
        Delete("web", 10);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Running().ShouldBe("POD x y main");
        // All at once when the grace is over.
        _time.Advance(0.2 * Second);
        Running().ShouldBe("POD x y");
        _time.Advance(2 * Second);
        Running().ShouldBe("");
    }

    [Fact]
    public void A5_A_pod_past_its_deadline_has_failed_when_its_containers_have_ended()
    {
        Apply(GivenPod.Of("web", Plain("a", "stubborn")).With(spec => spec with
        {
            ActiveDeadlineSeconds = 60,
            TerminationGracePeriodSeconds = 5,
        }));
        _time.Advance(62 * Second);
        (Status("web").Phase, Status("web").Reason).ShouldBe(("Running", null));
        _time.Advance(4 * Second);
        (Status("web").Phase, Status("web").Reason).ShouldBe(("Failed", "DeadlineExceeded"));
        _cluster.Events.Count(text => text.StartsWith("web  Normal DeadlineExceeded: ")).ShouldBe(1);
    }

    [Theory]
    [InlineData(null, true, "0 1 3 6 11")]
    [InlineData(5, false, "0 1 7 13 19")]
    public void B1_The_node_says_how_long_crashes_are_waited_out(int? max, bool isReduced, string expected)
    {
        Dispose();
        Start(new NodeAgentOptions
        {
            NodeName = "node-1",
            ContainerRestartPeriodMax = max is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            HasReducedCrashBackOff = isReduced,
        });
        Apply(GivenPod.Of("web", Plain("a", "crash")));
        var starts = new List<int>();
        for (var second = 0; second < 20; second++)
        {
            if (Running() == "POD a") starts.Add(second);
            _time.Advance(Second);
        }
        string.Join(' ', starts.Take(5)).ShouldBe(expected);
    }

    [Fact]
    public void B1_A_run_of_ten_minutes_forgets_the_crashes()
    {
        Apply(GivenPod.Of("web", Plain("a")));
        for (var crash = 0; crash < 3; crash++)
        {
            _engine.Crash(IdOf("web"), 1);
            _turns.SettleAll();
            _time.Advance(50 * Second);
        }
        Running().ShouldBe("POD a");
        _time.Advance(TimeSpan.FromMinutes(10));
        _engine.Crash(IdOf("web"), 1);
        _turns.SettleAll();
        Running().ShouldBe("POD a", "it starts again at once");
        Status("web").ContainerStatuses[0].RestartCount.ShouldBe(4);
    }

    [Fact]
    public void B8_A_rule_starts_a_container_again_that_its_policy_would_leave()
    {
        var codes = Plain("a") with
        {
            RestartPolicy = "Never",
            RestartPolicyRules = [new() { Action = "Restart", ExitCodes = new() { Operator = "In", Values = [42] } }],
        };
        Apply(GivenPod.Of("web", codes, Plain("b")).With(spec => spec with { RestartPolicy = "Never" }));
        _engine.Crash(IdOf("web"), 42);
        _turns.SettleAll();
        Running().ShouldBe("POD b a");
        _engine.Crash(IdOf("web"), 1);
        _turns.SettleAll();
        _time.Advance(TimeSpan.FromMinutes(10));
        Running().ShouldBe("POD b");
        Status("web").Phase.ShouldBe("Running");
    }

    private void Start(NodeAgentOptions options)
    {
        var simulated = new SimulatedOptions
        {
            Behaviours =
            [
                new("crash") { IsPresent = true, RunTime = Second, ExitCode = 1 },
                new("stubborn") { IsPresent = true, StopTime = TimeSpan.FromMinutes(5) },
                new("*") { IsPresent = true },
            ],
        };
        _engine = new SimulatedRuntime("node-1", simulated, _time);
        _cluster = new TestCluster(() => _engine, options, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
    }

    private void Apply(Pod pod) => _turns.Do(() => _cluster.ApplyAsync(pod));

    private void Delete(string name, long grace) => _turns.Do(() => _cluster.DeleteAsync(name, grace));

    private PodStatus Status(string name) => _cluster.Find(name)!.Status;

    private string IdOf(string name) => Status(name).ContainerStatuses[0].ContainerID!["docker://".Length..];

    // In the order they were made.
    private string Running() => string.Join(' ', _engine.ListAsync(default).GetAwaiter().GetResult()
        .Where(container => container.Phase == ContainerPhase.Running)
        .Select(container => container.Labels[ContainerLabels.ContainerName]));

    private static Container Sidecar(string name) => Plain(name, "stubborn") with { RestartPolicy = "Always" };

    private static Container Plain(
        string name, string image = "plain", LifecycleHandler? start = null, LifecycleHandler? stop = null) => new()
        {
            Name = name,
            Image = image,
            ImagePullPolicy = "IfNotPresent",
            Lifecycle = start is null && stop is null ? null : new() { PostStart = start, PreStop = stop },
        };

    private static LifecycleHandler Sleep(long seconds) => new() { Sleep = new() { Seconds = seconds } };

    private static LifecycleHandler Command(string word) => new() { Exec = new() { Command = [word] } };
}
