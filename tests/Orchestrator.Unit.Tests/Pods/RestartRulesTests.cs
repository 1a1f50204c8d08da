using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>Who is started again: by the pod's policy, the container's own, and its rules.</summary>
public sealed class RestartRulesTests
{
    // sort of container | pod's policy | own policy and rules | exit code | starts again
    public static TheoryData<string, string, string, int, bool> Matrix => new()
    {
        { "app", "Always", "", 0, true },
        { "app", "Always", "", 1, true },
        { "app", "OnFailure", "", 0, false },
        { "app", "OnFailure", "", 1, true },
        { "app", "Never", "", 0, false },
        { "app", "Never", "", 1, false },
        { "init", "Always", "", 0, false },
        { "init", "Always", "", 1, true },
        { "init", "OnFailure", "", 1, true },
        { "init", "Never", "", 1, false },
        { "app", "Never", "Always", 0, true },
        { "app", "Never", "OnFailure", 0, false },
        { "app", "Never", "OnFailure", 1, true },
        { "app", "Always", "Never", 1, false },
        { "app", "Always", "OnFailure", 0, false },
        { "init", "Never", "OnFailure", 1, true },
        { "init", "Always", "Never", 1, false },
        { "sidecar", "Never", "Always", 0, true },
        { "sidecar", "Never", "Always", 1, true },
        { "app", "Never", "Never In 42 43", 43, true },
        { "app", "Never", "Never In 42 43", 1, false },
        { "app", "Never", "Never In 0", 0, true },
        { "app", "Never", "Never NotIn 1 2", 3, true },
        { "app", "Never", "Never NotIn 1 2", 2, false },
        { "app", "Always", "OnFailure In 0", 0, true },
        { "init", "Never", "Never In 42", 42, true },
        { "init", "Never", "Never In 42", 1, false },
        { "init", "Never", "Never In 0", 0, false },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public void B8_Restarts(string sort, string policy, string own, int exitCode, bool isRestarted)
    {
        var given = Given(sort, policy, own);
        var others = sort == "app" ? "" : " web0=run";
        var seen = sort == "sidecar" ? $"POD0=run c0=exit{exitCode}@0{others}" : $"POD0=run c0=exit{exitCode}@0";
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, seen), SeenText.Now);
        var shown = SeenText.Show(plan);
        Assert.True(shown.Contains("+c1~0", StringComparison.Ordinal) == isRestarted,
            $"a {sort} container of a {policy} pod with [{own}] that ended with {exitCode}: [{shown}]");
        if (isRestarted) plan.Status.Phase.ShouldNotBe("Failed");
    }

    [Fact]
    public void B9_An_init_container_that_must_not_be_retried_fails_the_pod_whatever_its_policy()
    {
        var given = Given("init", "Always", "Never");
        var plan = PodReconciler.Plan(given, SeenText.Observe(given, "POD0=run c0=exit1@0"), SeenText.Now);
        plan.Status.Phase.ShouldBe("Failed");
        SeenText.Show(plan).ShouldBe("-POD0");
    }

    [Fact]
    public void B9_An_init_container_runs_again_in_a_new_sandbox_and_may_fail_the_pod_there()
    {
        var given = Given("init", "Always", "Never");
        SeenText.Show(PodReconciler.Plan(
            given, SeenText.Observe(given, "POD1=run c0=exit0^0 web0=exit137@0^0"), SeenText.Now)).ShouldBe("+c1");
        PodReconciler.Plan(
                given, SeenText.Observe(given, "POD1=run c1=exit1@0^1 web0=exit137@0^0"), SeenText.Now)
            .Status.Phase.ShouldBe("Failed");
    }

    [Fact]
    public void B8_A_pod_with_a_container_that_is_started_again_is_not_over()
    {
        var given = SeenText.Pod("Never: web log");
        given = given with
        {
            Spec = given.Spec with
            {
                Containers = [given.Spec.Containers[0], given.Spec.Containers[1] with { RestartPolicy = "Always" }],
            },
        };
        var plan = PodReconciler.Plan(
            given, SeenText.Observe(given, "POD0=run web0=exit1@0 log1=exit0@0~0"), SeenText.Now);
        SeenText.Show(plan.Status).ShouldBe("Running web=Error(1) log=CrashLoopBackOff");
    }

    private static Pod Given(string sort, string policy, string own)
    {
        var words = own.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var container = new Container
        {
            Name = "c",
            Image = "c:1",
            RestartPolicy = words.Length > 0 ? words[0] : null,
            RestartPolicyRules = words.Length < 2 ? [] :
            [
                new()
                {
                    Action = "Restart",
                    ExitCodes = new() { Operator = words[1], Values = [.. words[2..].Select(int.Parse)] },
                },
            ],
        };
        var pod = SeenText.Pod($"{policy}: web");
        return pod with
        {
            Spec = sort == "app"
                ? pod.Spec with { Containers = [container] }
                : pod.Spec with { InitContainers = [container] },
        };
    }
}
