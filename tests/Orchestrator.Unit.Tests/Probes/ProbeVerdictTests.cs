using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Reconcilers.Pods;
using Orchestrator.Reconcilers.Probes;
using Orchestrator.Tests.Pods;

namespace Orchestrator.Tests.Probes;

/// <summary>
/// What follows from probes. A word <c>web:slr</c> gives a container startup, liveness and readiness probes;
/// <c>web0:sfu</c> says what they have come to: success, failure, unknown, or - where there is none.
/// </summary>
public sealed class ProbeVerdictTests
{
    // why | pod | probes | seen | health | status, actions
    public static TheoryData<string, string, string, string, string, string> Cases => new()
    {
        { "no readiness before the first success", "Always: web", "web:r", "POD0=run web0=run", "web0:--u",
            "Running web=running started" },
        { "nor before the first look", "Always: web", "web:r", "POD0=run web0=run", "", "Running web=running started" },
        { "ready after a success", "Always: web", "web:r", "POD0=run web0=run", "web0:--s",
            "Running web=running:ready started" },
        { "unready after a failure", "Always: web", "web:r", "POD0=run web0=run", "web0:--f",
            "Running web=running started" },
        { "ready without a probe", "Always: web", "web:l", "POD0=run web0=run", "web0:-u-",
            "Running web=running:ready started" },
        { "not started before the startup probe", "Always: web", "web:s", "POD0=run web0=run", "web0:u--",
            "Running web=running" },
        { "started after it", "Always: web", "web:s", "POD0=run web0=run", "web0:s--",
            "Running web=running:ready started" },
        { "not ready before it has started", "Always: web", "web:sr", "POD0=run web0=run", "web0:u-s",
            "Running web=running" },
        { "a liveness failure ends it", "Always: web", "web:l", "POD0=run web0=run", "web0:-f-",
            "Running web=running:ready started; -web(30) Container web failed liveness probe, will be restarted" },
        { "a startup failure too", "Always: web", "web:s", "POD0=run web0=run", "web0:f--",
            "Running web=running; -web(30) Container web failed startup probe, will be restarted" },
        { "it is not promised to return when it does not", "Never: web", "web:l", "POD0=run web0=run", "web0:-f-",
            "Running web=running:ready started; -web(30) Container web failed liveness probe" },
        { "a readiness failure ends nothing", "Always: web log", "web:r", "POD0=run web0=run log0=run", "web0:--f",
            "Running web=running log=running:ready started started" },
        { "what is being stopped is not stopped again", "Always: web", "web:l", "POD0=run web0=run -web", "web0:-f-",
            "Running web=running:ready started" },
        { "an earlier attempt's failure is forgotten with it", "Always: web", "web:l", "POD0=run web1=run~0",
            "web0:-f-", "Running web=running:ready started" },
        { "the next container waits for a sidecar's start", "Always: s:mesh web", "mesh:s", "POD0=run mesh0=run",
            "mesh0:u--", "Pending mesh=running web=PodInitializing" },
        { "and goes then", "Always: s:mesh web", "mesh:s", "POD0=run mesh0=run", "mesh0:s--",
            "Pending mesh=running:ready web=PodInitializing started; +web0" },
        { "an unready sidecar holds up nobody", "Always: s:mesh web", "mesh:r", "POD0=run mesh0=run", "mesh0:--f",
            "Pending mesh=running web=PodInitializing started; +web0" },
        { "a sick sidecar returns whatever the policy", "Never: s:mesh web", "mesh:l",
            "POD0=run mesh0=run web0=run", "mesh0:-f-",
            "Running mesh=running:ready web=running:ready started started; "
            + "-mesh(30) Container mesh failed liveness probe, will be restarted" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void B11_probes_decide(string why, string pod, string probes, string seen, string health, string expected)
    {
        var given = WithProbes(SeenText.Pod(pod), probes);
        var plan = PodReconciler.Plan(given, Observe(given, seen, health), SeenText.Now);
        Assert.True(expected == Show(plan), $"{why}: expected [{expected}], got [{Show(plan)}]");
    }

    [Theory]
    [InlineData("the pod's grace", null, 30)]
    [InlineData("the probe's own", 5L, 5)]
    public void B11_who_fails_is_ended_with_a_grace(string why, long? ofProbe, int expected)
    {
        var given = SeenText.Pod("Always: web");
        var probe = new Probe { Exec = new(), TerminationGracePeriodSeconds = ofProbe };
        given = given with
        {
            Spec = given.Spec with { Containers = [given.Spec.Containers[0] with { LivenessProbe = probe }] },
        };
        var plan = PodReconciler.Plan(given, Observe(given, "POD0=run web0=run", "web0:-f-"), SeenText.Now);
        plan.Actions.OfType<PodAction.StopContainer>().Single().Grace.ShouldBe(TimeSpan.FromSeconds(expected), why);
    }

    [Fact]
    public void B5_a_failed_liveness_ends_nothing_in_a_pod_that_is_being_deleted()
    {
        var given = WithProbes(SeenText.Pod("Always: web"), "web:lr");
        given = given with { Metadata = given.Metadata with { DeletionTimestamp = SeenText.Now.AddSeconds(30) } };
        var plan = PodReconciler.Plan(given, Observe(given, "POD0=run web0=run -web", "web0:-fs"), SeenText.Now);
        SeenText.Show(plan).ShouldBe("");
        IsTrue(plan.Status, "Ready").ShouldBeTrue("what it serves it still serves");
        var unready = PodReconciler.Plan(given, Observe(given, "POD0=run web0=run -web", "web0:-uf"), SeenText.Now);
        IsTrue(unready.Status, "Ready").ShouldBeFalse("readiness goes on counting");
    }

    // why | what was known | probes | health now | ready
    public static TheoryData<string, string, string, string, bool> Adoptions => new()
    {
        { "what was ready stays so until a result", "web0:--s", "web:r", "web0:--u", true },
        { "even before the first look", "web0:--s", "web:r", "", true },
        { "until it fails", "web0:--s", "web:r", "web0:--f", false },
        { "what was not ready stays so", "web0:--u", "web:r", "", false },
        { "what had started stays so", "web0:s-s", "web:sr", "web0:u-u", true },
        { "what was known of another attempt is worth nothing", "web1:--s", "web:r", "", false },
    };

    [Theory, MemberData(nameof(Adoptions))]
    public void A_node_that_starts_anew_takes_nothing_back(
        string why, string before, string probes, string health, bool isReady)
    {
        var given = WithProbes(SeenText.Pod("Always: web"), probes);
        var attempt = before[..4];
        var known = PodReconciler.Plan(
            given, Observe(given, $"POD0=run {attempt}=run", before), SeenText.Now).Status;
        var plan = PodReconciler.Plan(
            given with { Status = known }, Observe(given, "POD0=run web0=run", health), SeenText.Now);
        IsTrue(plan.Status, "Ready").ShouldBe(isReady, why);
    }

    [Fact]
    public void B12_unready_containers_are_named()
    {
        var given = WithProbes(SeenText.Pod("Always: s:mesh one two three"), "mesh:r one:r two:r");
        var plan = PodReconciler.Plan(given, Observe(
            given, "POD0=run mesh0=run one0=run two0=run three0=run", "mesh0:--f one0:--s two0:--u"), SeenText.Now);
        foreach (var type in new[] { "Ready", "ContainersReady" })
        {
            var condition = plan.Status.Conditions.Single(condition => condition.Type == type);
            (condition.Status, condition.Reason, condition.Message).ShouldBe(
                ("False", "ContainersNotReady", "containers with unready status: [mesh two]"));
        }
    }

    [Fact]
    public void B10_a_sidecar_that_has_not_started_leaves_the_pod_uninitialized()
    {
        var given = WithProbes(SeenText.Pod("Always: s:mesh web"), "mesh:s");
        var waiting = PodReconciler.Plan(given, Observe(given, "POD0=run mesh0=run", "mesh0:u--"), SeenText.Now);
        waiting.Status.Conditions.Single(condition => condition.Type == "Initialized").Message
            .ShouldBe("containers with incomplete status: [mesh]");
        var started = PodReconciler.Plan(given, Observe(given, "POD0=run mesh0=run", "mesh0:s--"), SeenText.Now);
        IsTrue(started.Status, "Initialized").ShouldBeTrue();
    }

    [Fact]
    public void B12_a_transition_is_dated_once()
    {
        var given = WithProbes(SeenText.Pod("Always: web"), "web:r");
        PodStatus At(PodStatus known, string health, int minutes) => PodReconciler.Plan(
            given with { Status = known }, Observe(given, "POD0=run web0=run", health),
            SeenText.Now.AddMinutes(minutes)).Status;
        var first = At(new(), "web0:--s", 0);
        At(first, "web0:--s", 1).ShouldBeSameAs(first, "a success more says nothing new");
        var failed = At(first, "web0:--f", 2);
        var back = At(At(failed, "web0:--f", 3), "web0:--s", 4);
        Since(first, "Ready").ShouldBe(SeenText.Now);
        Since(failed, "Ready").ShouldBe(SeenText.Now.AddMinutes(2));
        Since(back, "Ready").ShouldBe(SeenText.Now.AddMinutes(4));
        Since(back, "Initialized").ShouldBe(SeenText.Now);
        PodStatusChange.IsNews(first, failed).ShouldBeTrue("whoever sends requests must know at once");
    }

    // why | what others say of the gate | reason of Ready, message
    public static TheoryData<string, string?, string> Gates => new()
    {
        { "nobody has said anything", null,
            "ReadinessGatesNotReady: corresponding condition of pod readiness gate \"example.com/lb\" does not exist." },
        { "somebody says no", "False",
            "ReadinessGatesNotReady: the status of pod readiness gate \"example.com/lb\" is not \"True\", but False" },
        { "somebody says yes", "True", ": " },
    };

    [Theory, MemberData(nameof(Gates))]
    public void B12_readiness_gates_hold_back_ready_and_nothing_else(string why, string? said, string expected)
    {
        var given = SeenText.Pod("Always: web");
        PodCondition[] conditions = said is null ? [] : [new() { Type = "example.com/lb", Status = said }];
        given = given with
        {
            Spec = given.Spec with { ReadinessGates = [new() { ConditionType = "example.com/lb" }] },
            Status = new() { Conditions = conditions },
        };
        var status = PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run web0=run"), SeenText.Now).Status;
        var ready = status.Conditions.Single(condition => condition.Type == "Ready");
        $"{ready.Reason}: {ready.Message}".ShouldBe(expected, why);
        IsTrue(status, "ContainersReady").ShouldBeTrue();
    }

    [Fact]
    public void B12_a_report_leaves_the_conditions_of_others_as_they_are()
    {
        PodCondition Gate(string status) => new() { Type = "example.com/lb", Status = status };
        PodCondition Ready(string status) => new() { Type = "Ready", Status = status };
        var stored = new Pod { Status = new() { Phase = "Running", Conditions = [Ready("False"), Gate("True")] } };
        var late = new PodStatus { Phase = "Running", Conditions = [Ready("True"), Gate("False")] };
        Shown(PodBinding.Reported(stored, late)).ShouldBe("Ready=True example.com/lb=True");
        var removed = stored with { Status = stored.Status with { Conditions = [Ready("False")] } };
        Shown(PodBinding.Reported(removed, late)).ShouldBe("Ready=True", "what others took away stays away");
    }

    private static string Shown(Pod pod) =>
        string.Join(' ', pod.Status.Conditions.Select(condition => $"{condition.Type}={condition.Status}"));

    private static DateTimeOffset? Since(PodStatus status, string type) =>
        status.Conditions.Single(condition => condition.Type == type).LastTransitionTime;

    private static bool IsTrue(PodStatus status, string type) =>
        status.Conditions.Single(condition => condition.Type == type).Status == "True";

    private static string Show(PodPlan plan)
    {
        var started = PodContainers.All(plan.Status).Where(status => status.Started == true).Select(_ => " started");
        var why = plan.Actions.OfType<PodAction.StopContainer>().Select(stop => $" {stop.Why}");
        var actions = SeenText.Show(plan) + string.Concat(why);
        return SeenText.Show(plan.Status) + string.Concat(started) + (actions.Length > 0 ? $"; {actions}" : "");
    }

    private static Pod WithProbes(Pod pod, string text)
    {
        var wanted = text.Split(' ').Select(word => word.Split(':')).ToDictionary(word => word[0], word => word[1]);
        Probe? Of(string name, char kind) => wanted.GetValueOrDefault(name, "").Contains(kind)
            ? new Probe { Exec = new() { Command = ["true"] } } : null;
        Container With(Container container) => container with
        {
            StartupProbe = Of(container.Name, 's'),
            LivenessProbe = Of(container.Name, 'l'),
            ReadinessProbe = Of(container.Name, 'r'),
        };
        return pod with
        {
            Spec = pod.Spec with
            {
                InitContainers = [.. pod.Spec.InitContainers.Select(With)],
                Containers = [.. pod.Spec.Containers.Select(With)],
            },
        };
    }

    private static PodObservation Observe(Pod pod, string seen, string health) => SeenText.Observe(pod, seen) with
    {
        Health = health.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split(':'))
            .ToDictionary(word => word[0], word => new ContainerHealth(
                Outcome(word[1][0]), Outcome(word[1][1]), Outcome(word[1][2]))),
    };

    private static ProbeOutcome Outcome(char letter) => letter switch
    {
        's' => ProbeOutcome.Success,
        'f' => ProbeOutcome.Failure,
        _ => ProbeOutcome.Unknown,
    };
}
