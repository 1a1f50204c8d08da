using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>What a node makes of other resources; amounts are <c>request/limit</c> of cpu in thousandths.</summary>
public sealed class PodResizePlanTests
{
    private const string Running = "POD0=run web0=run";

    // why | asked | promised | given to the container | policy | free cpu | actions | promised then | condition
    public static TheoryData<string, string, string, string, string, long, string, string, string> Cases => new()
    {
        { "nothing changed", "100/200", "100/200", "100/200", "", 900, "", "100", "" },
        { "more, and there is room", "300/400", "100/200", "100/200", "", 900, "web→307/40000", "300",
            "PodResizeInProgress=" },
        { "less always fits", "50/100", "100/200", "100/200", "", 0, "web→51/10000", "50", "PodResizeInProgress=" },
        { "only the limit", "100/400", "100/200", "100/200", "", 0, "web→102/40000", "100", "PodResizeInProgress=" },
        { "no room now", "950/950", "100/200", "100/200", "", 900, "", "100", "PodResizePending=Deferred" },
        { "no room ever", "2000/2000", "100/200", "100/200", "", 900, "", "100", "PodResizePending=Infeasible" },
        { "done", "300/400", "300/400", "300/400", "", 900, "", "300", "" },
        { "promised before, not given yet", "300/400", "300/400", "100/200", "", 0, "web→307/40000", "300",
            "PodResizeInProgress=" },
        { "with a restart", "300/400", "100/200", "100/200", "cpu", 900, "-web(30)!", "300", "PodResizeInProgress=" },
        { "of the resource that is named", "300/400", "100/200", "100/200", "memory", 900, "web→307/40000", "300",
            "PodResizeInProgress=" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void B49_decides(
        string why, string asked, string promised, string given, string policy, long free, string actions,
        string promisedThen, string condition)
    {
        var pod = Pod(asked, promised, policy);
        var plan = PodReconciler.Plan(pod, Seen(pod, given, free), SeenText.Now);
        string.Join(' ', plan.Actions.Select(Show)).ShouldBe(actions, why);
        plan.Status.ContainerStatuses[0].AllocatedResources["cpu"].MilliValue.ToString().ShouldBe(promisedThen, why);
        string.Join(' ', plan.Status.Conditions.Where(one => one.Type.StartsWith("PodResize"))
            .Select(one => $"{one.Type}={one.Reason}")).ShouldBe(condition, why);
    }

    [Fact]
    public void B49_the_status_tells_what_the_engine_gives()
    {
        var pod = Pod("300/400", "300/400", "");
        var status = PodReconciler.Plan(pod, Seen(pod, "100/200", 0), SeenText.Now).Status.ContainerStatuses[0];
        status.Resources!.Limits["cpu"].ToString().ShouldBe("200m");
        status.Resources.Requests["cpu"].ToString().ShouldBe("100m");
        status.AllocatedResources["cpu"].ToString().ShouldBe("300m");
    }

    [Fact]
    public void B49_a_failure_is_shown_and_waited_out()
    {
        var pod = Pod("300/400", "300/400", "");
        var seen = Seen(pod, "100/200", 0) with
        {
            Troubles = new Dictionary<string, StartTrouble>
            {
                [PodResize.KeyOf("web")] = new("ResizeError", "it is busy", SeenText.Now, TimeSpan.FromSeconds(4)),
            },
        };
        var plan = PodReconciler.Plan(pod, seen, SeenText.Now);
        plan.Actions.ShouldBeEmpty();
        plan.LookAgainAfter.ShouldBe(TimeSpan.FromSeconds(4));
        var shown = plan.Status.Conditions.Single(one => one.Type == "PodResizeInProgress");
        (shown.Reason, shown.Message, shown.ObservedGeneration).ShouldBe(("Error", "it is busy", 2));
        PodReconciler.Plan(pod, seen, SeenText.Now.AddSeconds(4)).Actions.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("exit0", "OnFailure", true, "+web1")]
    [InlineData("exit0", "OnFailure", false, "")]
    [InlineData("exit143", "Always", true, "+web1")]
    public void B49_what_was_stopped_for_it_starts_at_once_whatever_the_policy(
        string end, string policy, bool isForResize, string expected)
    {
        var pod = Pod("300/400", "300/400", "cpu");
        Container[] containers = [pod.Spec.Containers[0], new() { Name = "log", Image = "log:1" }];
        pod = pod with { Spec = pod.Spec with { RestartPolicy = policy, Containers = containers } };
        var seen = SeenText.Observe(pod, $"POD0=run log0=run web0={end}@0~300") with
        {
            StoppedForResize = new HashSet<string>(isForResize ? ["web0"] : []),
        };
        SeenText.Show(PodReconciler.Plan(pod, seen, SeenText.Now)).ShouldBe(expected);
    }

    [Fact]
    public void B49_a_pod_that_nobody_has_updated_is_left_alone()
    {
        var pod = Pod("300/400", "300/400", "");
        pod = pod with { Metadata = pod.Metadata with { Generation = 1 } };
        PodReconciler.Plan(pod, Seen(pod, "100/0", 900), SeenText.Now).Actions.ShouldBeEmpty();
    }

    [Fact]
    public void B49_memory_beyond_the_machine_is_said_first()
    {
        var space = new NodeSpace(1000, 1 << 20, 0, 0);
        var wanted = new PodSpec
        {
            Containers = [new() { Resources = new() { Requests = Amounts("cpu=2 memory=2Mi") } }],
        };
        space.WhyNot(wanted, new PodSpec()).ShouldBe(("Infeasible",
            "Node didn't have enough capacity: memory, requested: 2097152, capacity: 1048576"));
    }

    [Theory]
    [InlineData("", 2, 0)]
    [InlineData("1", 2, 1000)]
    [InlineData("500", 512, 50_000)]
    [InlineData("1000000", 262_144, 100_000_000)]
    public void Shares_and_quotas_follow_from_cpu(string milli, long shares, long quota)
    {
        var amounts = milli.Length == 0 ? [] : Amounts($"cpu={milli}m");
        var limits = ContainerLimits.Of(
            new(), new() { Resources = new() { Requests = amounts, Limits = amounts } });
        (limits.CpuShares, limits.CpuQuotaMicros).ShouldBe((shares, quota));
    }

    private static string Show(PodAction action) => action switch
    {
        PodAction.ResizeContainer resize => $"{resize.Name}→{resize.Wanted.CpuShares}/{resize.Wanted.CpuQuotaMicros}",
        PodAction.StopContainer stop =>
            $"-{stop.Name}({stop.Grace.TotalSeconds}){(stop.IsForResize ? "!" : "")}",
        var other => other.ToString(),
    };

    private static Pod Pod(string asked, string promised, string policy)
    {
        var pod = SeenText.Pod("Always: web");
        return pod with
        {
            Metadata = pod.Metadata with { Generation = 2 },
            Spec = pod.Spec with
            {
                Containers =
                [
                    pod.Spec.Containers[0] with
                    {
                        Resources = Resources(asked),
                        ResizePolicy = policy.Length == 0 ? []
                            : [new() { ResourceName = policy, RestartPolicy = "RestartContainer" }],
                    },
                ],
            },
            Status = new()
            {
                ContainerStatuses =
                [
                    new()
                    {
                        Name = "web", Resources = Resources(promised),
                        AllocatedResources = Resources(promised).Requests,
                    },
                ],
            },
        };
    }

    private static PodObservation Seen(Pod pod, string given, long freeMilli)
    {
        var seen = SeenText.Observe(pod, Running);
        return seen with
        {
            Space = new NodeSpace(1000, long.MaxValue, 1000 - freeMilli, 0),
            Attempts =
            [
                .. seen.Attempts.Select(attempt => attempt with
                {
                    Limits = ContainerLimits.Of(new(), new() { Resources = Resources(given) }),
                }),
            ],
        };
    }

    private static ResourceRequirements Resources(string cpu)
    {
        var parts = cpu.Split('/');
        return new() { Requests = Amounts($"cpu={parts[0]}m"), Limits = Amounts($"cpu={parts[1]}m") };
    }

    private static Dictionary<string, Quantity> Amounts(string text) => text.Split(' ')
        .Select(part => part.Split('=')).ToDictionary(part => part[0], part => Quantity.Parse(part[1]));
}
