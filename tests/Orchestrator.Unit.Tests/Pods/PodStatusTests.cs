using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

public sealed class PodStatusTests
{
    // why | pod | seen | status
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "nothing yet", "Always: web", "", "Pending web=ContainerCreating" },
        { "with init containers it is initialising", "Always: i:a web", "POD0=run",
            "Pending a=PodInitializing web=PodInitializing" },
        { "an init container runs", "Always: i:a web", "POD0=run a0=run", "Pending a=running web=PodInitializing" },
        { "a done init container is ready", "Always: i:a web", "POD0=run a0=exit0 web0=run",
            "Running a=Completed(0):ready web=running:ready" },
        { "a failed init container", "Never: i:a web", "POD0=run a0=exit2", "Failed a=Error(2) web=PodInitializing" },
        { "one waiting holds the pod pending", "Always: web log", "POD0=run web0=run",
            "Pending web=running:ready log=ContainerCreating" },
        { "all run", "Always: web log", "POD0=run web0=run log0=run", "Running web=running:ready log=running:ready" },
        { "a crash waits in the running phase", "Always: web", "POD0=run web1=exit1@0~0",
            "Running web=CrashLoopBackOff" },
        { "a restart at once shows the end", "Always: web", "POD0=run web0=exit1@0 +web", "Running web=Error(1)" },
        { "out of memory", "Never: web log", "POD0=run web0=oom log0=run",
            "Running web=OOMKilled(137) log=running:ready" },
        { "all succeeded", "OnFailure: web log", "POD0=run web0=exit0 log0=exit0",
            "Succeeded web=Completed(0) log=Completed(0)" },
        { "one failed", "Never: web log", "POD0=run web0=exit0 log0=exit1", "Failed web=Completed(0) log=Error(1)" },
        { "not over while a sidecar runs", "Never: s:x web", "POD0=run x0=run web0=exit0",
            "Running x=running:ready web=Completed(0)" },
        { "a sidecar's code does not count", "Never: s:x web", "POD0=run x0=exit9 web0=exit0",
            "Succeeded x=Error(9) web=Completed(0)" },
        { "an ephemeral container runs and is never ready", "Always: e:look web", "POD0=run web0=run look0=run",
            "Running web=running:ready look=running" },
        { "before it is made it waits", "Always: e:look web", "POD0=run web0=run",
            "Running web=running:ready look=ContainerCreating" },
        { "its end is the last word on it", "Always: e:look web", "POD0=run web0=run look0=exit3",
            "Running web=running:ready look=Error(3)" },
        { "its code does not count", "Never: e:look web", "POD0=run web0=exit0 look0=exit9",
            "Succeeded web=Completed(0) look=Error(9)" },
        { "not over while it runs", "Never: e:look web", "POD0=run web0=exit0 look0=run",
            "Running web=Completed(0) look=running" },
        { "it could not run", "Always: web", "POD0=run web1=cannot~0", "Running web=RunContainerError" },
        { "and is waited out", "Always: web", "POD0=run web1=cannot@6~0", "Running web=CrashLoopBackOff" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Status_says(string why, string pod, string seen, string expected)
    {
        var given = SeenText.Pod(pod);
        var status = PodReconciler.Plan(given, SeenText.Observe(given, seen), SeenText.Now).Status;
        Assert.True(expected == SeenText.Show(status), $"{why}: expected [{expected}], got [{SeenText.Show(status)}]");
    }

    [Fact]
    public void Back_off_speaks_as_the_kubelet_does()
    {
        var waiting = StatusOf("Always: web", "POD0=run web1=exit1@0~0").ContainerStatuses[0];
        waiting.State!.Waiting!.Message.ShouldBe("back-off 10s restarting failed container=web pod=web-1_default(uid)");
        waiting.LastState!.Terminated!.ExitCode.ShouldBe(1);
        waiting.RestartCount.ShouldBe(1);
        CrashBackOff.Message(TimeSpan.FromSeconds(80), "c", "p").ShouldStartWith("back-off 1m20s ");
        CrashBackOff.Message(TimeSpan.FromSeconds(300), "c", "p").ShouldStartWith("back-off 5m0s ");
    }

    [Fact]
    public void Conditions_follow_the_containers()
    {
        var pending = StatusOf("Always: i:a web", "POD0=run a0=run");
        Shown(pending).ShouldBe(
            "PodReadyToStartContainers=True Initialized=False Ready=False ContainersReady=False PodScheduled=True");
        Condition(pending, "Initialized").Message.ShouldBe("containers with incomplete status: [a]");
        Condition(pending, "Ready").Message.ShouldBe("containers with unready status: [web]");
        Shown(StatusOf("Always: web", "POD0=run web0=run"))
            .ShouldBe(
                "PodReadyToStartContainers=True Initialized=True Ready=True ContainersReady=True PodScheduled=True");
        Condition(StatusOf("Never: web", "POD0=run web0=exit0"), "Ready").Reason.ShouldBe("PodCompleted");
        Condition(StatusOf("Never: web", "POD0=run web0=exit1"), "Ready").Reason.ShouldBe("PodFailed");
    }

    [Fact]
    public void Times_of_transition_change_only_with_the_status()
    {
        var given = SeenText.Pod("Always: web");
        var first = PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run web0=run"), SeenText.Now).Status;
        var later = given with { Status = first };
        var same = PodReconciler.Plan(later, SeenText.Observe(given, "POD0=run web0=run"), SeenText.Now.AddMinutes(5));
        same.Status.ShouldBeSameAs(first, "a status that says nothing new is the old one");
        var crashed = PodReconciler.Plan(later, SeenText.Observe(given, "POD0=run web0=exit1"),
            SeenText.Now.AddMinutes(5)).Status;
        Condition(crashed, "Ready").LastTransitionTime.ShouldBe(SeenText.Now.AddMinutes(5));
        Condition(crashed, "PodScheduled").LastTransitionTime.ShouldBe(SeenText.Now);
        crashed.StartTime.ShouldBe(SeenText.Now);
    }

    [Fact]
    public void Readiness_gates_hold_back_ready()
    {
        var given = SeenText.Pod("Always: web");
        given = given with { Spec = given.Spec with { ReadinessGates = [new() { ConditionType = "lb" }] } };
        var seen = SeenText.Observe(given, "POD0=run web0=run");
        Condition(PodReconciler.Plan(given, seen, SeenText.Now).Status, "Ready").Reason
            .ShouldBe("ReadinessGatesNotReady");
        var open = given with { Status = new() { Conditions = [new() { Type = "lb", Status = "True" }] } };
        var status = PodReconciler.Plan(open, seen, SeenText.Now).Status;
        Condition(status, "Ready").Status.ShouldBe("True");
        Condition(status, "lb").Status.ShouldBe("True", "conditions of others are kept");
    }

    [Fact]
    public void A_running_container_that_is_lost_does_not_take_the_pod_back_to_pending()
    {
        var given = SeenText.Pod("Always: web");
        given = given with { Status = StatusOf("Always: web", "POD1=run web1=run") };
        var seen = SeenText.Observe(given, "POD0=exit0 web0=made^0 POD1=run");
        var status = PodReconciler.Plan(given, seen, SeenText.Now).Status;
        status.Phase.ShouldBe("Running");
        status.ContainerStatuses[0].LastState!.Terminated!.Reason.ShouldBe("ContainerStatusUnknown");
    }

    [Fact]
    public void Image_errors_alternate_with_their_back_off()
    {
        var given = SeenText.Pod("Always: web");
        var seen = SeenText.Observe(given, "POD0=run") with
        {
            Troubles = new Dictionary<string, StartTrouble>
            {
                ["web"] = new("ErrImagePull", "not found", SeenText.Now, TimeSpan.FromSeconds(20))
            },
        };
        var plan = PodReconciler.Plan(given, seen, SeenText.Now);
        SeenText.Show(plan.Status).ShouldBe("Pending web=ErrImagePull");
        plan.LookAgainAfter.ShouldBe(TimeSpan.FromSeconds(5));
        var later = PodReconciler.Plan(
            given, seen, SeenText.Now.AddSeconds(5)).Status.ContainerStatuses[0].State!.Waiting!;
        (later.Reason, later.Message).ShouldBe(
            ("ImagePullBackOff", "Back-off pulling image \"web:1\": ErrImagePull: not found"));
    }

    [Fact]
    public void Steps_of_a_start_are_no_news_but_troubles_and_readiness_are()
    {
        var old = StatusOf("Always: web", "");
        PodStatusChange.IsNews(old, StatusOf("Always: web", "POD0=run web0=made")).ShouldBeFalse();
        PodStatusChange.IsNews(old, StatusOf("Always: web", "POD0=run web0=run")).ShouldBeTrue();
        PodStatusChange.IsNews(StatusOf("Always: web", "POD0=run web0=run"),
            StatusOf("Always: web", "POD0=run web0=exit1@0 +web")).ShouldBeTrue();
    }

    [Fact]
    public void One_who_waits_for_its_target_says_so() =>
        StatusOf("Always: e:look>web web", "POD0=run").EphemeralContainerStatuses[0].State!.Waiting!.Message
            .ShouldBe("waiting for its target container web to run");

    // why | seen before | seen now | news
    public static TheoryData<string, string, string, bool> News => new()
    {
        { "to be made is no news", "", "look0=made", false },
        { "to run is", "look0=made", "look0=run", true },
        { "to run at once is", "", "look0=run", true },
        { "to run on is none", "look0=run", "look0=run", false },
        { "to end is", "look0=run", "look0=exit0", true },
    };

    [Theory]
    [MemberData(nameof(News))]
    public void Who_put_a_container_in_waits_until_it_runs_whatever_the_phase(
        string why, string before, string now, bool isNews) =>
        PodStatusChange.IsNews(StatusOf("Always: e:look i:a web", $"POD0=run a0=run {before}"),
            StatusOf("Always: e:look i:a web", $"POD0=run a0=run {now}")).ShouldBe(isNews, why);

    [Fact]
    public void A_status_stored_by_others_is_kept_in_a_merge()
    {
        var known = StatusOf("Always: web", "POD0=run web0=run");
        var stored = new PodStatus
        {
            Phase = "Failed",
            Reason = "Evicted",
            NominatedNodeName = "n",
            QosClass = "Guaranteed",
            Conditions = [new() { Type = "DisruptionTarget", Status = "True" }],
        };
        var merged = PodStatusMerge.Merge(stored, known);
        (merged.Phase, merged.Reason, merged.NominatedNodeName, merged.QosClass, merged.PodIP)
            .ShouldBe(("Failed", "Evicted", "n", "Guaranteed", "10.0.0.1"));
        Condition(merged, "DisruptionTarget").Status.ShouldBe("True");
        Condition(merged, "Ready").Status.ShouldBe("True");
    }

    private static PodStatus StatusOf(string pod, string seen)
    {
        var given = SeenText.Pod(pod);
        return PodReconciler.Plan(given, SeenText.Observe(given, seen), SeenText.Now).Status;
    }

    private static PodCondition Condition(PodStatus status, string type) =>
        status.Conditions.Single(condition => condition.Type == type);

    private static string Shown(PodStatus status) =>
        string.Join(' ', status.Conditions.Select(condition => $"{condition.Type}={condition.Status}"));
}
