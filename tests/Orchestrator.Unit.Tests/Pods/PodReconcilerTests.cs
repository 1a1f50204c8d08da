using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

public sealed class PodReconcilerTests
{
    // why | pod | seen | actions | seconds until the next look (-1: never)
    public static TheoryData<string, string, string, string, double> Running => new()
    {
        { "volumes come first", "Always: web", "novol", "vol", -1 },
        { "then the sandbox", "Always: web", "", "+POD0", -1 },
        { "a half-made sandbox is finished", "Always: web", "POD0=made", "+POD0", -1 },
        { "no container before the sandbox runs", "Always: web", "POD0=made +POD", "", -1 },
        { "all app containers at once", "Always: web log", "POD0=run", "+web0 +log0", -1 },
        { "what is under way is left alone", "Always: web log", "POD0=run +web", "+log0", -1 },
        { "a half-made container is finished", "Always: web", "POD0=run web0=made", "+web0", -1 },
        { "a half-made one of a lost sandbox is made anew", "Always: web", "POD1=run web0=made^0", "+web1", -1 },
        { "a settled pod needs nothing", "Always: web", "POD0=run web0=run", "", -1 },
        { "the first crash restarts at once", "Always: web", "POD0=run web0=exit1@0", "+web1~0", -1 },
        { "the second waits 10 s", "Always: web", "POD0=run web1=exit1@4~0", "", 6 },
        { "and then starts", "Always: web", "POD0=run web1=exit1@10~0", "+web2~10", -1 },
        { "then 20 s", "Always: web", "POD0=run web2=exit1@0~10", "", 20 },
        { "then 40 s", "Always: web", "POD0=run web3=exit1@0~20", "", 40 },
        { "from 160 s to the most", "Always: web", "POD0=run web6=exit1@0~160", "", 300 },
        { "and no more", "Always: web", "POD0=run web7=exit1@0~300", "", 300 },
        { "a run of ten minutes forgets the crashes", "Always: web", "POD0=run web7=exit1@0/600~300", "+web8~0", -1 },
        { "a clean end counts as well under Always", "Always: web", "POD0=run web1=exit0@1~0", "", 9 },
        { "a crash of one leaves the other alone", "Always: web log", "POD0=run web0=exit1@0 log0=run", "+web1~0", -1 },
        { "OnFailure restarts a failure", "OnFailure: web", "POD0=run web0=exit1@0", "+web1~0", -1 },
        { "OnFailure keeps a success", "OnFailure: web log", "POD0=run web0=exit0@0 log0=run", "", -1 },
        { "Never restarts nothing", "Never: web log", "POD0=run web0=exit1@0 log0=run", "", -1 },
        { "what cannot run is restarted like a crash", "Always: web", "POD0=run web1=cannot@0~0", "", 4 },
        { "a new image stops only its container", "Always: web log", "POD0=run web0=run! log0=run", "-web(30)", -1 },
        { "and starts it again at once", "Always: web log", "POD0=run web3=exit0@0~300! log0=run", "+web4", -1 },
        { "whatever the policy", "Never: web log", "POD0=run web0=exit0@0! log0=run", "+web1", -1 },
        { "only the newest dead one of a name stays", "Always: web",
            "POD0=run web0=exit1@90 web1=exit1@60~0 web2=run~10", "rm:web0", -1 },
        { "the engine cannot say: nothing is started twice", "Always: web", "POD0=run web0=unknown", "", -1 },
    };

    public static TheoryData<string, string, string, string, double> Inits => new()
    {
        { "the first init container goes alone", "Always: i:a i:b web", "POD0=run", "+a0", -1 },
        { "the second waits for the first", "Always: i:a i:b web", "POD0=run a0=run", "", -1 },
        { "then it goes", "Always: i:a i:b web", "POD0=run a0=exit0", "+b0", -1 },
        { "apps after the last", "Always: i:a i:b web", "POD0=run a0=exit0 b0=exit0", "+web0", -1 },
        { "a failing one is retried", "Always: i:a web", "POD0=run a0=exit1@0", "+a1~0", -1 },
        { "with back-off", "OnFailure: i:a web", "POD0=run a1=exit1@3~0", "", 7 },
        { "but never under Never; the pod is over", "Never: i:a web", "POD0=run a0=exit1", "-POD0", -1 },
        { "a sidecar holds up the next until it runs", "Always: s:mesh i:b web", "POD0=run +mesh", "", -1 },
        { "then the next goes beside it", "Always: s:mesh i:b web", "POD0=run mesh0=run", "+b0", -1 },
        { "a dead sidecar returns whatever the policy", "Never: s:mesh web", "POD0=run mesh0=exit0@0 web0=run",
            "+mesh1~0", -1 },
        { "init containers do not run again beside apps", "Always: i:a web", "POD0=run web0=exit1@0", "+web1~0", -1 },
        { "sidecars end after the last app", "Never: s:x s:y web", "POD0=run x0=run y0=run web0=exit0", "-y(30)", 30 },
        { "in reverse order", "Never: s:x s:y web", "POD0=run x0=run y0=exit0 web0=exit0", "-x(30)", -1 },
        { "then the address is freed", "Never: s:x web", "POD0=run x0=exit0 web0=exit0", "-POD0", -1 },
    };

    public static TheoryData<string, string, string, string, double> Sandboxes => new()
    {
        { "what outlived its sandbox is stopped", "Always: web log", "POD0=exit0 web0=run log0=exit137@0",
            "-web(30)", -1 },
        { "then a new sandbox comes", "Always: web", "POD0=exit0 web0=exit137@0", "+POD1", -1 },
        { "with everything in it", "Always: i:a web", "POD0=exit0 POD1=run a0=exit0^0 web0=exit137@0^0",
            "+a1 rm:POD0", -1 },
        { "the apps keep counting", "Always: i:a web", "POD1=run a1=exit0 a0=exit0^0 web2=exit137@0~10^0",
            "+web3~10 rm:a0", -1 },
        { "a finished pod gets none", "OnFailure: web", "POD0=exit0 web0=exit0", "", -1 },
        { "nor does a failed one", "Never: web", "POD0=exit0 web0=exit137", "", -1 },
        { "what succeeded is not repeated", "OnFailure: web log", "POD1=run web0=exit0^0 log0=exit137@0^0",
            "+log1", -1 },
    };

    public static TheoryData<string, string, string, string, double> Ephemerals => new()
    {
        { "an ephemeral container starts beside the apps", "Always: e:look web", "POD0=run web0=run", "+look0", -1 },
        { "not before the sandbox", "Always: e:look web", "POD0=made +POD", "", -1 },
        { "without waiting for the init containers", "Always: e:look i:a web", "POD0=run a0=run", "+look0", -1 },
        { "two at once", "Always: e:look e:see web", "POD0=run web0=run", "+look0 +see0", -1 },
        { "a half-made one is finished", "Always: e:look web", "POD0=run web0=run look0=made", "+look0", -1 },
        { "one that ended stays ended", "Always: e:look web", "POD0=run web0=run look0=exit0@50", "", -1 },
        { "however it ended", "Always: e:look web", "POD0=run web0=run look0=exit1@50", "", -1 },
        { "one that could not run too", "Always: e:look web", "POD0=run web0=run look0=cannot@50", "", -1 },
        { "one that looks at another waits until that runs", "Always: e:look>web web", "POD0=run +web", "", -1 },
        { "and goes then", "Always: e:look>web web", "POD0=run web0=run", "+look0", -1 },
        { "be it an init container", "Always: e:look>a i:a web", "POD0=run a0=run", "+look0", -1 },
        { "it does not keep a pod", "Never: e:look web", "POD0=run web0=exit0 look0=run", "-look(30)", -1 },
        { "whose address is freed after it", "Never: e:look web", "POD0=run web0=exit0 look0=exit0", "-POD0", -1 },
        { "sidecars do not wait for it", "Never: e:look s:x web", "POD0=run x0=run web0=exit0 look0=run",
            "-look(30) -x(30)", -1 },
        { "it does not survive its sandbox", "Always: e:look web", "POD0=exit0 web0=exit137@0 look0=run",
            "-look(30)", -1 },
        { "nor return in the next", "Always: e:look web", "POD1=run web1=run look0=exit137@0^0", "", -1 },
    };

    [Theory]
    [MemberData(nameof(Running))]
    [MemberData(nameof(Ephemerals))]
    [MemberData(nameof(Inits))]
    [MemberData(nameof(Sandboxes))]
    public void Plan_decides(string why, string pod, string seen, string expected, double look)
    {
        var given = SeenText.Pod(pod);
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, seen), SeenText.Now);
        Assert.True(expected == SeenText.Show(plan), $"{why}: expected [{expected}], got [{SeenText.Show(plan)}]");
        Assert.True(look == (plan.LookAgainAfter?.TotalSeconds ?? -1),
            $"{why}: looks again after {plan.LookAgainAfter}");
    }

    // why | pod | grace | seen | actions
    public static TheoryData<string, string, long, string, string> Deletions => new()
    {
        { "apps are asked to end", "Always: web log", 30, "POD0=run web0=run log0=run", "-web(30) -log(30)" },
        { "with the grace of the delete", "Always: web", 5, "POD0=run web0=run", "-web(5)" },
        { "but never less than a second", "Always: web", 0, "POD0=run web0=run", "-web(1)" },
        { "a stop under way is not repeated", "Always: web", 30, "POD0=run web0=run -web", "" },
        { "unless it may end sooner", "Always: web", 3, "POD0=run web0=run -web", "-web(3)" },
        { "sidecars wait for the apps", "Always: s:x s:y web", 30, "POD0=run x0=run y0=run web0=run", "-web(30)" },
        { "then end in reverse order", "Always: s:x s:y web", 30, "POD0=run x0=run y0=run web0=exit0", "-y(30)" },
        { "ephemeral ones end with the apps", "Always: e:look web", 30, "POD0=run web0=run look0=run",
            "-web(30) -look(30)" },
        { "and are removed with them", "Always: e:look web", 30, "POD0=run web0=exit0 look0=exit137 confirmed",
            "rm:web0 rm:look0 rm:POD0" },
        { "nothing is restarted", "Always: web", 30, "POD0=run web0=exit1@0", "" },
        { "nothing is removed before the end is told", "Always: web", 30, "POD0=run web0=exit0", "" },
        { "then the word is given", "Always: web", 30, "POD0=run web0=exit0 told", "confirm" },
        { "not while something is under way", "Always: web", 30, "POD0=run told +web", "" },
        { "nor while the sandbox is made", "Always: web", 30, "told +POD", "" },
        { "then all containers go", "Always: web", 30, "POD0=run web0=exit0 confirmed", "rm:web0 rm:POD0" },
        { "then the files", "Always: web", 30, "confirmed", "rmvol" },
        { "then nothing is left", "Always: web", 30, "confirmed volgone", "confirm" },
        { "but what is under way", "Always: web", 30, "confirmed volgone +VOLUMES", "" },
    };

    [Theory]
    [MemberData(nameof(Deletions))]
    public void Plan_takes_down_a_deleted_pod(string why, string pod, long grace, string seen, string expected)
    {
        var given = SeenText.Pod(pod);
        given = given with
        {
            Metadata = given.Metadata with
            {
                DeletionTimestamp = SeenText.Now.AddSeconds(grace),
                DeletionGracePeriodSeconds = grace
            },
        };
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, seen) with { StopBegan = SeenText.Now },
            SeenText.Now);
        Assert.True(expected == SeenText.Show(plan), $"{why}: expected [{expected}], got [{SeenText.Show(plan)}]");
    }

    [Fact]
    public void A_pod_past_its_deadline_is_stopped_and_failed()
    {
        var given = SeenText.Pod("Always: web");
        given = given with
        {
            Spec = given.Spec with { ActiveDeadlineSeconds = 60 },
            Status = new() { StartTime = SeenText.Now.AddSeconds(-60) },
        };
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run web0=run"), SeenText.Now);
        SeenText.Show(plan).ShouldBe("-web(30)");
        var ended = PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run web0=exit143"), SeenText.Now);
        (ended.Status.Phase, ended.Status.Reason).ShouldBe(("Failed", "DeadlineExceeded"));
    }

    [Fact]
    public void A_terminal_phase_set_by_others_stops_the_pod_for_good()
    {
        var given = SeenText.Pod("Always: web") with { Status = new() { Phase = "Failed", Reason = "Evicted" } };
        SeenText.Show(PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run web0=run"), SeenText.Now))
            .ShouldBe("-web(30)");
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, "POD0=exit0 web0=exit143"), SeenText.Now);
        SeenText.Show(plan).ShouldBe("");
        (plan.Status.Phase, plan.Status.Reason).ShouldBe(("Failed", "Evicted"));
    }

    [Fact]
    public void A_failed_start_is_retried_only_after_its_wait()
    {
        var given = SeenText.Pod("Always: web log");
        var seen = SeenText.Observe(given, "POD0=run") with
        {
            Troubles = new Dictionary<string, StartTrouble>
            {
                ["web"] = new("CreateContainerConfigError", "configmap \"x\" not found", SeenText.Now.AddSeconds(-3),
                    TimeSpan.FromSeconds(8)),
            },
        };
        var plan = PodReconciler.Plan(given, seen, SeenText.Now);
        SeenText.Show(plan).ShouldBe("+log0");
        plan.LookAgainAfter.ShouldBe(TimeSpan.FromSeconds(5));
        SeenText.Show(plan.Status).ShouldBe("Pending web=CreateContainerConfigError log=ContainerCreating");
    }

    [Fact]
    public void An_ephemeral_container_that_somebody_removed_is_not_made_again()
    {
        var given = SeenText.Pod("Always: e:look web");
        var ran = PodReconciler.Plan(
            given, SeenText.Observe(given, "POD0=run web0=run look0=run"), SeenText.Now).Status;
        var plan = PodReconciler.Plan(
            given with { Status = ran }, SeenText.Observe(given, "POD0=run web0=run"), SeenText.Now);
        SeenText.Show(plan).ShouldBe("");
        SeenText.Show(plan.Status).ShouldBe("Running web=running:ready look=ContainerStatusUnknown(137)");
    }

    [Fact]
    public void Removed_containers_do_not_reset_the_count_of_restarts()
    {
        var given = SeenText.Pod("Always: web") with
        {
            Status = new()
            {
                ContainerStatuses = [new ContainerStatus { Name = "web", ContainerID = "docker://x", RestartCount = 4 }]
            },
        };
        SeenText.Show(PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run"), SeenText.Now)).ShouldBe("+web5");
    }
}
