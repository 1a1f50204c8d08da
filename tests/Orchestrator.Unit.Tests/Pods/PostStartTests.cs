using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>What a pod does and shows while something is done right after the start of a container.</summary>
public sealed class PostStartTests
{
    // why | pod; its first app has a hook | seen | actions | status
    public static TheoryData<string, string, string, string, string> Cases => new()
    {
        { "the next waits for its start", "Always: web log", "POD0=run", "+web0",
            "Pending web=ContainerCreating log=ContainerCreating" },
        { "and for its hook", "Always: web log", "POD0=run web0=run +web", "",
            "Pending web=ContainerCreating log=ContainerCreating" },
        { "then it goes", "Always: web log", "POD0=run web0=run", "+log0",
            "Pending web=running:ready log=ContainerCreating" },
        { "one before it does not wait", "Always: web log", "POD0=run log0=run web0=run +web", "",
            "Pending web=ContainerCreating log=running:ready" },
        { "with init containers it is initialising", "Always: i:a web", "POD0=run a0=exit0 web0=run +web", "",
            "Pending a=Completed(0):ready web=PodInitializing" },
        { "a restart is no different", "Always: web", "POD0=run web0=exit1@9 web1=run~0 +web", "",
            "Running web=ContainerCreating" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A7_Post_start(string why, string pod, string seen, string actions, string status)
    {
        var given = Hooked(SeenText.Pod(pod));
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, seen), SeenText.Now);
        var prune = seen.Contains("web1", StringComparison.Ordinal) ? "" : actions;
        Assert.True(SeenText.Show(plan).StartsWith(prune, StringComparison.Ordinal)
            && SeenText.Show(plan.Status) == status, $"{why}: got [{SeenText.Show(plan)}] [{SeenText.Show(plan.Status)}]");
    }

    [Fact]
    public void A7_A_sidecar_with_a_hook_holds_up_the_next_until_it_has_returned()
    {
        var given = SeenText.Pod("Always: s:mesh web");
        given = given with
        {
            Spec = given.Spec with { InitContainers = [Hooked(given.Spec.InitContainers[0])] },
        };
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run mesh0=run +mesh"), SeenText.Now);
        SeenText.Show(plan).ShouldBe("");
        var during = plan.Status;
        during.InitContainerStatuses[0].Started.ShouldBe(false);
        during.Conditions.Single(condition => condition.Type == "Initialized").Status.ShouldBe("False");
        SeenText.Show(PodReconciler.Plan(
            given, SeenText.Observe(given, "POD0=run mesh0=run"), SeenText.Now)).ShouldBe("+web0");
    }

    [Fact]
    public void A7_A_failed_hook_is_shown_and_then_its_back_off()
    {
        var given = Hooked(SeenText.Pod("Always: web"));
        PodPlan At(int since) => PodReconciler.Plan(
            given,
            SeenText.Observe(given, "POD0=run web1=exit137@0~0") with
            {
                Troubles = new Dictionary<string, StartTrouble>
                {
                    ["web"] = new(StartTrouble.PostStartFailed, "it broke", SeenText.Now, TimeSpan.Zero),
                },
            },
            SeenText.Now.AddSeconds(since));
        SeenText.Show(At(0).Status).ShouldBe("Running web=PostStartHookError");
        At(0).Status.ContainerStatuses[0].State!.Waiting!.Message.ShouldBe("it broke");
        At(0).LookAgainAfter.ShouldBe(TimeSpan.FromSeconds(5));
        SeenText.Show(At(5).Status).ShouldBe("Running web=CrashLoopBackOff");
        SeenText.Show(At(10)).ShouldBe("+web2~10");
    }

    private static Pod Hooked(Pod pod) => pod with
    {
        Spec = pod.Spec with { Containers = [Hooked(pod.Spec.Containers[0]), .. pod.Spec.Containers.Skip(1)] },
    };

    private static Container Hooked(Container container) => container with
    {
        Lifecycle = new() { PostStart = new() { Sleep = new() { Seconds = 1 } } },
    };
}
