using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Probes and readiness on a simulated engine, in virtual time.</summary>
public sealed class ProbeTests : IDisposable
{
    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private readonly SimulatedRuntime _engine;
    private readonly TestCluster _cluster;
    private readonly DateTimeOffset _start;

    public ProbeTests()
    {
        _time = new VirtualTime(_turns);
        _start = _time.GetUtcNow();
        _engine = new SimulatedRuntime("node-1", new SimulatedOptions
        {
            Behaviours =
            [
                new("slow") { IsPresent = true, Health = [new() { PassesAfter = Seconds(5) }] },
                new("dying") { IsPresent = true, Health = [new(ProbeKind.Liveness) { FailsAfter = Seconds(20) }] },
                new("lazy") { IsPresent = true, Health = [new() { AnswerTime = Seconds(2) }] },
                new("stubborn") { IsPresent = true, StopTime = TimeSpan.FromMinutes(5) },
                new("*") { IsPresent = true },
            ],
        }, _time);
        _cluster = new TestCluster(() => _engine, new NodeAgentOptions { NodeName = "node-1" }, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
    }

    public void Dispose() => _turns.Do(() => _cluster.DisposeAsync().AsTask());

    [Fact]
    public void A6_a_pod_is_ready_once_its_probe_succeeds()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "slow", ReadinessProbe = Probe(period: 3) }));
        Status("web").Phase.ShouldBe("Running");
        ReadyAt("web", within: 10).ShouldBe(6);
        _cluster.Writes("web").ShouldBe(2, "running, then ready");
        _time.Advance(TimeSpan.FromMinutes(10));
        _cluster.Writes("web").ShouldBe(2, "two hundred successes more say nothing new");
    }

    [Fact]
    public void A6_what_comes_up_within_a_moment_does_not_wait_out_a_period()
    {
        Apply(GivenPod.Of("web", Plain("a") with
        {
            Env = [new() { Name = "SIMULATED_READINESS", Value = "0.25" }],
            ReadinessProbe = Probe(period: 10),
        }));
        _time.Advance(TimeSpan.FromMilliseconds(310));
        IsReady("web").ShouldBeTrue(_cluster.Show("web"));
    }

    [Fact]
    public void B11_readiness_waits_for_the_delay_and_never_restarts()
    {
        Apply(GivenPod.Of("late", Plain("a") with { ReadinessProbe = Probe(delay: 7) }),
            GivenPod.Of("never", Plain("a") with
            {
                Env = [new() { Name = "SIMULATED_READINESS", Value = "9999" }],
                ReadinessProbe = Probe(period: 1),
            }));
        ReadyAt("late", within: 20).ShouldBe(7);
        _time.Advance(TimeSpan.FromMinutes(5));
        IsReady("never").ShouldBeFalse();
        Status("never").ContainerStatuses[0].RestartCount.ShouldBe(0);
        Condition("never", "Ready").Message.ShouldBe("containers with unready status: [a]");
        _cluster.Events.ShouldContain(
            "never spec.containers{a} Warning Unhealthy: Readiness probe failed: the simulated container is not well");
    }

    [Fact]
    public void B11_a_failed_liveness_restarts_with_back_off()
    {
        Apply(GivenPod.Of("web", Plain("a") with { Image = "dying", LivenessProbe = Probe(period: 5) }, Plain("b")));
        _time.Advance(Seconds(29));
        Status("web").ContainerStatuses[0].RestartCount.ShouldBe(0, "two failures of three");
        _time.Advance(Seconds(2));
        Status("web").ContainerStatuses[0].RestartCount.ShouldBe(1, _cluster.Show("web"));
        Status("web").ContainerStatuses[1].RestartCount.ShouldBe(0);
        _cluster.Events.ShouldContain(
            "web spec.containers{a} Normal Killing: Container a failed liveness probe, will be restarted");
        _cluster.Events.Count(text => text.Contains("Unhealthy: Liveness probe failed: ")).ShouldBe(3);
        _cluster.Explanations.ShouldContain(
            text => text.Contains("failed liveness probe, will be restarted: 3 in a row"));
        _time.Advance(Seconds(35));
        Status("web").ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("CrashLoopBackOff", _cluster.Show("web"));
    }

    [Fact]
    public void B11_a_startup_probe_gates_the_others_and_ends_what_does_not_start()
    {
        Apply(
            GivenPod.Of("starts", Plain("a") with
            {
                Image = "slow",
                StartupProbe = Probe(period: 2, failures: 9),
                LivenessProbe = Probe(period: 1, failures: 1),
                ReadinessProbe = Probe(period: 10),
            }),
            GivenPod.Of("fails", Plain("a") with
            {
                Image = "slow",
                StartupProbe = Probe(period: 1, failures: 3),
                LivenessProbe = Probe(period: 1),
            }));
        _time.Advance(Seconds(1));
        Status("starts").ContainerStatuses[0].Started.ShouldBe(false);
        _time.Advance(Seconds(6));
        Status("starts").ContainerStatuses[0].Started.ShouldBe(true);
        IsReady("starts").ShouldBeTrue("readiness is asked as soon as it has started");
        Status("starts").ContainerStatuses[0].RestartCount.ShouldBe(0, "liveness waited for the start");
        Status("fails").ContainerStatuses[0].RestartCount.ShouldBeGreaterThan(0);
        _cluster.Events.ShouldContain(
            "fails spec.containers{a} Normal Killing: Container a failed startup probe, will be restarted");
    }

    [Fact]
    public void B11_who_takes_longer_than_the_timeout_fails()
    {
        Apply(GivenPod.Of("impatient", Plain("a") with { Image = "lazy", ReadinessProbe = Probe(period: 5) }),
            GivenPod.Of("patient", Plain("a") with { Image = "lazy", ReadinessProbe = Probe(period: 5, timeout: 3) }));
        _time.Advance(Seconds(30));
        IsReady("impatient").ShouldBeFalse();
        IsReady("patient").ShouldBeTrue();
    }

    [Fact]
    public void B10_a_sidecar_lets_the_next_start_when_it_has_started()
    {
        Apply(GivenPod.Of("web", Plain("a")).With(spec => spec with
        {
            InitContainers =
            [
                Plain("mesh") with
                {
                    Image = "slow", RestartPolicy = "Always", StartupProbe = Probe(period: 1, failures: 30),
                },
                Plain("setup"),
            ],
        }));
        _time.Advance(Seconds(4));
        Names().ShouldNotContain("setup");
        _time.Advance(Seconds(2));
        Names().ShouldContain("setup");
        _time.Advance(Seconds(3));
        Status("web").InitContainerStatuses[0].Started.ShouldBe(true, _cluster.Show("web"));
    }

    [Fact]
    public void B5_readiness_goes_on_while_a_pod_is_stopped_and_liveness_does_not()
    {
        Apply(GivenPod.Of("web", Plain("a") with
        {
            Image = "stubborn",
            ReadinessProbe = Probe(period: 1),
            LivenessProbe = Probe(period: 1),
        }));
        _time.Advance(Seconds(1));
        _turns.Do(() => _cluster.DeleteAsync("web", 60));
        _engine.SetHealth(IdOf("web"), false);
        _time.Advance(Seconds(5));
        IsReady("web").ShouldBeFalse(_cluster.Show("web"));
        _engine.SetHealth(IdOf("web"), null);
        _time.Advance(Seconds(2));
        IsReady("web").ShouldBeTrue("whether it still serves is told to the end");
        _cluster.Events.ShouldNotContain(text => text.Contains("Liveness"));
        _time.Advance(Seconds(60));
        _cluster.Find("web").ShouldBeNull(_cluster.Show("web"));
    }

    [Fact]
    public void B12_status_is_written_when_readiness_changes_and_not_for_each_result()
    {
        Apply(GivenPod.Of("web", Plain("a") with { ReadinessProbe = Probe(period: 1) }));
        _time.Advance(Seconds(1));
        var writes = _cluster.Writes("web");
        _engine.SetHealth(IdOf("web"), false);
        _time.Advance(Seconds(2));
        (IsReady("web"), _cluster.Writes("web")).ShouldBe((true, writes), "two failures are none yet");
        _time.Advance(Seconds(1));
        (IsReady("web"), _cluster.Writes("web")).ShouldBe((false, writes + 1));
        var since = Condition("web", "Ready").LastTransitionTime;
        _time.Advance(Seconds(30));
        _cluster.Writes("web").ShouldBe(writes + 1);
        _engine.SetHealth(IdOf("web"), null);
        _time.Advance(Seconds(1));
        IsReady("web").ShouldBeTrue();
        Condition("web", "Ready").LastTransitionTime.ShouldNotBe(since);
        Condition("web", "PodScheduled").LastTransitionTime.ShouldBe(_start);
    }

    [Fact]
    public void A_new_agent_asks_anew_and_takes_nothing_back()
    {
        var probed = Plain("a") with
        {
            StartupProbe = Probe(),
            ReadinessProbe = Probe(),
            LivenessProbe = Probe(failures: 9),
        };
        Apply(GivenPod.Of("web", probed));
        _time.Advance(Seconds(3));
        var (before, writes) = (Status("web"), _cluster.Writes("web"));
        _turns.Do(_cluster.StopAgentAsync);
        _engine.SetHealth(IdOf("web"), false);
        _turns.Do(_cluster.StartAgentAsync);
        _time.Advance(Seconds(8));
        _cluster.Writes("web").ShouldBe(writes, "one failure since is no result");
        Status("web").ContainerStatuses[0].ContainerID.ShouldBe(before.ContainerStatuses[0].ContainerID);
        _time.Advance(Seconds(20));
        IsReady("web").ShouldBeFalse("three are");
        Status("web").ContainerStatuses[0].RestartCount.ShouldBe(0);
    }

    [Fact]
    public void B12_a_readiness_gate_that_others_open_makes_the_pod_ready_at_once()
    {
        Apply(GivenPod.Of("web", Plain("a")).With(spec => spec with
        {
            ReadinessGates = [new() { ConditionType = "example.com/lb" }],
        }));
        _time.Advance(Seconds(1));
        (Condition("web", "ContainersReady").Status, Condition("web", "Ready").Reason)
            .ShouldBe(("True", "ReadinessGatesNotReady"));
        Gate("True");
        IsReady("web").ShouldBeTrue(_cluster.Show("web"));
        Gate("False");
        Condition("web", "Ready").Message
            .ShouldBe("the status of pod readiness gate \"example.com/lb\" is not \"True\", but False");
    }

    private void Gate(string status)
    {
        var pod = _cluster.Find("web")!;
        PodCondition gate = new() { Type = "example.com/lb", Status = status };
        var kept = pod.Status.Conditions.Where(condition => condition.Type != gate.Type);
        Apply(pod with { Status = pod.Status with { Conditions = [.. kept, gate] } });
    }

    private void Apply(params Pod[] pods)
    {
        foreach (var pod in pods) _turns.Do(() => _cluster.ApplyAsync(pod));
    }

    private int ReadyAt(string name, int within)
    {
        for (var second = 0; second <= within; second++)
        {
            if (IsReady(name)) return second;
            _time.Advance(Seconds(1));
        }
        return -1;
    }

    private PodStatus Status(string name) => _cluster.Find(name)!.Status;

    private bool IsReady(string name) => Condition(name, "Ready").Status == "True";

    private PodCondition Condition(string name, string type) =>
        Status(name).Conditions.Single(condition => condition.Type == type);

    private string IdOf(string name) => Status(name).ContainerStatuses[0].ContainerID!["docker://".Length..];

    private List<string> Names() =>
        [.. _engine.Snapshots().Select(container => container.Labels[ContainerLabels.ContainerName])];

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static Container Plain(string name) => new() { Name = name, Image = "plain" };

    private static Probe Probe(int delay = 0, int period = 10, int failures = 3, int timeout = 1) => new()
    {
        HttpGet = new() { Path = "/", Port = 80 },
        InitialDelaySeconds = delay,
        PeriodSeconds = period,
        FailureThreshold = failures,
        TimeoutSeconds = timeout,
    };
}
