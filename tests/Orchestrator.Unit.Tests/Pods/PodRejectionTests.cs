using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>Pods that a node does not take on.</summary>
public sealed class PodRejectionTests
{
    private static readonly NodeAbilities Bare = new()
    {
        HasAppArmor = false,
        AllowedUnsafeSysctls = ["net.core.*", "kernel.sem"],
    };

    // why | the spec | reason
    public static TheoryData<string, Func<PodSpec, PodSpec>, string> Cases => new()
    {
        { "an ordinary pod", spec => spec, "" },
        { "a safe sysctl", Sysctl("net.ipv4.tcp_syncookies"), "" },
        { "a safe one with slashes", Sysctl("net/ipv4/tcp_syncookies"), "" },
        { "one that is allowed here", Sysctl("kernel.sem"), "" },
        { "one below a prefix", Sysctl("net.core.somaxconn"), "" },
        { "another", Sysctl("kernel.msgmax"), "SysctlForbidden" },
        { "a longer name", Sysctl("kernel.semaphore"), "SysctlForbidden" },
        { "no AppArmor is needed", Armor("Unconfined"), "" },
        { "the usual profile", Armor("RuntimeDefault"), "AppArmor" },
        { "a user namespace", spec => spec with { HostUsers = false }, "UserNamespacesNotSupported" },
        { "the machine's users", spec => spec with { HostUsers = true }, "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A9_what_the_node_cannot_do_fails_the_pod(string why, Func<PodSpec, PodSpec> change, string reason)
    {
        var pod = SeenText.Pod("Always: web");
        pod = pod with { Spec = change(pod.Spec) };
        var seen = new PodObservation { Abilities = Bare, AreVolumesReady = true };
        var plan = PodReconciler.Plan(pod, seen, SeenText.Now);
        (plan.Status.Reason ?? "").ShouldBe(reason, why);
        plan.Status.Phase.ShouldBe(reason.Length == 0 ? "Pending" : "Failed", why);
        plan.Actions.Count.ShouldBe(reason.Length == 0 ? 1 : 0, why);
        plan.Rejection?.Reason.ShouldBe(reason, why);
    }

    [Fact]
    public void A9_a_pod_that_runs_is_not_rejected_any_more()
    {
        var pod = SeenText.Pod("Always: web");
        pod = pod with { Spec = Sysctl("kernel.msgmax")(pod.Spec) };
        var seen = SeenText.Observe(pod, "POD0=run web0=run") with { Abilities = Bare };
        PodReconciler.Plan(pod, seen, SeenText.Now).Status.Phase.ShouldBe("Running");
    }

    private static Func<PodSpec, PodSpec> Sysctl(string name) => spec => spec with
    {
        SecurityContext = new() { Sysctls = [new() { Name = name, Value = "1" }] },
    };

    private static Func<PodSpec, PodSpec> Armor(string type) => spec => spec with
    {
        SecurityContext = new() { AppArmorProfile = new() { Type = type } },
    };
}
