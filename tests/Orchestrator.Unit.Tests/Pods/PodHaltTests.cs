using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>How a pod is taken down: in which order, and with how much grace.</summary>
public sealed class PodHaltTests
{
    private const string Two = "POD0=run x0=run y0=run web0=run";

    // why | grace | seconds since it began | shortest grace told | seen | actions
    public static TheoryData<string, long, int, long, string, string> Graces => new()
    {
        { "the clock started at the deletion", 30, 12, 30, "POD0=run web0=run", "-web(18)" },
        { "a restarted node gives it all again", 30, 0, 30, "POD0=run web0=run", "-web(30)" },
        { "a longer one is not heard any more", 60, 10, 20, "POD0=run web0=run", "-web(10)" },
        { "two seconds are left of a grace that is over", 30, 40, 30, "POD0=run web0=run", "-web(2)" },
        { "who asks for one second gets one", 1, 0, 1, "POD0=run web0=run", "-web(1)" },
        { "also when it is over", 1, 40, 1, "POD0=run web0=run", "-web(1)" },
        { "one second is the least", 0, 0, 0, "POD0=run web0=run", "-web(1)" },
    };

    [Theory]
    [MemberData(nameof(Graces))]
    public void B3_Grace(string why, long grace, int since, long told, string seen, string expected)
    {
        var plan = Plan(Deleted("Always: web", grace), seen, since, told);
        Assert.True(expected == SeenText.Show(plan), $"{why}: expected [{expected}], got [{SeenText.Show(plan)}]");
    }

    // why | seconds since it began | hooks begun | seen | actions | next look
    public static TheoryData<string, int, string, string, string, double> Orders => new()
    {
        { "apps are asked to end, and sidecars told to prepare", 0, "", Two, "-web(30) hook:y(30) hook:x(30)", 30 },
        { "which is done once", 0, "x0 y0", $"{Two} -web", "", 30 },
        { "then the last sidecar", 3, "x0 y0", "POD0=run x0=run y0=run web0=exit0", "-y(27)", 27 },
        { "then the one before it", 5, "x0 y0", "POD0=run x0=run y0=exit0 web0=exit0", "-x(25)", -1 },
        { "when the grace is over, all at once", 30, "x0 y0", $"{Two} -web", "-web(2) -y(2) -x(2)", -1 },
        { "and nothing is restarted", 3, "", "POD0=run x0=exit1@0 y0=exit1@0 web0=exit0", "", -1 },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void B10_Sidecars_end_last(
        string why, int since, string hooks, string seen, string expected, double look)
    {
        var given = Deleted("Always: s:x s:y web", 30);
        given = given with
        {
            Spec = given.Spec with
            {
                InitContainers = [.. given.Spec.InitContainers.Select(sidecar => sidecar with
                {
                    Lifecycle = new() { PreStop = new() { Sleep = new() { Seconds = 1 } } },
                })],
            },
        };
        var plan = Plan(given, seen, since, 30, hooks);
        Assert.True(expected == SeenText.Show(plan), $"{why}: expected [{expected}], got [{SeenText.Show(plan)}]");
        Assert.True(
            look == (plan.LookAgainAfter?.TotalSeconds ?? -1), $"{why}: looks again after {plan.LookAgainAfter}");
    }

    [Fact]
    public void B10_A_hook_that_was_begun_early_gets_no_more_than_the_grace()
    {
        var given = Deleted("Always: s:x web", 30);
        var plan = Plan(given, "POD0=run x0=run web0=exit0", 29, 30, "x0");
        var stop = plan.Actions.OfType<PodAction.StopContainer>().Single();
        (stop.Grace, stop.HookGrace).ShouldBe((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));
    }

    // why | seen | status
    public static TheoryData<string, string, string> Ends => new()
    {
        { "all well", "POD0=exit0 web0=exit0 log0=exit0 x0=exit3", "Succeeded" },
        { "one killed", "POD0=exit0 web0=exit0 log0=exit137 x0=exit0", "Failed" },
        { "one was never there", "POD0=exit0 web0=exit0", "Failed" },
        { "one still runs", "POD0=run web0=exit0 log0=run", "Running" },
        { "the sidecar still runs", "POD0=run web0=exit0 log0=exit0 x0=run", "Running" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void B6_A_deleted_pod_ends_before_its_object_goes(string why, string seen, string phase)
    {
        var given = Deleted("Always: s:x web log", 30);
        Plan(given, seen, 3, 30).Status.Phase.ShouldBe(phase, why);
    }

    [Fact]
    public void A5_A_pod_over_its_deadline_gets_its_reason_when_nothing_runs_any_more()
    {
        var given = SeenText.Pod("Always: s:x web");
        given = given with
        {
            Spec = given.Spec with { ActiveDeadlineSeconds = 60, TerminationGracePeriodSeconds = 7 },
            Status = new() { StartTime = SeenText.Now.AddSeconds(-60) },
        };
        var plan = Plan(given, "POD0=run x0=run web0=run", 0, 7);
        (plan.IsHalt, SeenText.Show(plan), plan.Status.Phase, plan.Status.Reason)
            .ShouldBe((true, "-web(7)", "Running", null));
        var after = Plan(given, "POD0=run x0=exit0 web0=exit0", 3, 7).Status;
        (after.Phase, after.Reason, after.Message).ShouldBe(
            ("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline"));
    }

    private static PodPlan Plan(Pod given, string seen, int since, long told, string hooks = "") => PodReconciler.Plan(
        given,
        SeenText.Observe(given, seen) with
        {
            StopBegan = SeenText.Now.AddSeconds(-since),
            StopGraceSeconds = told,
            PreStopsBegun = hooks.Split(' ').ToHashSet(),
        },
        SeenText.Now);

    private static Pod Deleted(string pod, long grace)
    {
        var given = SeenText.Pod(pod);
        return given with
        {
            Metadata = given.Metadata with
            {
                DeletionTimestamp = SeenText.Now.AddSeconds(grace),
                DeletionGracePeriodSeconds = grace,
            },
        };
    }
}
