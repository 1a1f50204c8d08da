using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Batch.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Reconcilers.Objects;

namespace Orchestrator.Tests.Objects;

/// <summary>What a cluster adds to pods and refuses of them, beyond what the objects themselves say.</summary>
public sealed class AdmissionRuleTests
{
    private static readonly PodSpec Privileged = new()
    {
        InitContainers = [new() { Name = "i", SecurityContext = new() { Privileged = false } }],
        Containers = [new() { Name = "a" }, new() { Name = "b", SecurityContext = new() { Privileged = true } }],
    };

    public static TheoryData<string, ApiObject> Sorts => new()
    {
        { "spec", new Pod { Spec = Privileged } },
        { "spec.template.spec", new Deployment { Spec = new() { Template = new() { Spec = Privileged } } } },
        { "spec.template.spec", new DaemonSet { Spec = new() { Template = new() { Spec = Privileged } } } },
        { "spec.jobTemplate.spec.template.spec",
            new CronJob
            {
                Spec = new() { JobTemplate = new() { Spec = new() { Template = new() { Spec = Privileged } } } },
            } },
        { "template.spec", new PodTemplate { Template = new() { Spec = Privileged } } },
    };

    [Theory, MemberData(nameof(Sorts))]
    public void A9_privileged_is_refused_in_the_reference_s_words(string path, ApiObject obj)
    {
        var kind = KindRegistry.Of(obj);
        var refused = Should.Throw<ApiException>(
            () => PrivilegeRules.Refuse(kind, obj with { Metadata = new() { Name = "x" } }, null));
        refused.Code.ShouldBe(422);
        refused.Message.ShouldEndWith(
            $" \"x\" is invalid: {path}.containers[1].securityContext.privileged: Forbidden: disallowed by cluster policy");
    }

    [Fact]
    public void A9_what_was_privileged_before_may_be_written_again()
    {
        var before = new Pod { Spec = Privileged };
        PrivilegeRules.Refuse(Pod.Kind, before with { Spec = Privileged with { Hostname = "h" } }, before);
        var more = before with
        {
            Spec = Privileged with
            {
                EphemeralContainers = [new() { Name = "e", SecurityContext = new() { Privileged = true } }],
            },
        };
        Should.Throw<ApiException>(() => PrivilegeRules.Refuse(Pod.Kind, more, before)).Message.ShouldContain(
            "spec.ephemeralContainers[0].securityContext.privileged: Forbidden");
    }

    [Fact]
    public void A11_a_RuntimeClass_adds_its_overhead_and_its_places()
    {
        var found = RuntimeClassRules.Apply(Asking(), Class);
        found.Spec.Overhead["memory"].ToString().ShouldBe("64Mi");
        found.Spec.NodeSelector.ShouldBe(
            new Dictionary<string, string> { ["disk"] = "ssd", ["sandbox"] = "yes" }, ignoreOrder: true);
        found.Spec.Tolerations.Select(toleration => toleration.Key).ShouldBe(["own", "sandbox"]);
        RuntimeClassRules.Apply(new Pod(), null).ShouldBe(new Pod());
    }

    public static TheoryData<string, Func<PodSpec, PodSpec>, bool, string> Refusals => new()
    {
        { "no such class", spec => spec, false, "pod rejected: RuntimeClass \"safe\" not found" },
        { "another overhead", spec => spec with { Overhead = Amounts("memory", "1Mi") }, true,
            "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead" },
        { "an overhead of its own", spec => spec with { RuntimeClassName = null, Overhead = Amounts("memory", "1Mi") },
            false, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead" },
        { "another place", spec => spec with { NodeSelector = new Dictionary<string, string> { ["sandbox"] = "no" } },
            true, "conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void A11_what_contradicts_its_class_is_refused(
        string why, Func<PodSpec, PodSpec> change, bool isThere, string expected)
    {
        var pod = Asking();
        var refused = Should.Throw<ApiException>(
            () => RuntimeClassRules.Apply(pod with { Spec = change(pod.Spec) }, isThere ? Class : null), why);
        (refused.Code, refused.Message).ShouldBe((403, $"pods \"x\" is forbidden: {expected}"), why);
    }

    private static RuntimeClass Class => new()
    {
        Metadata = new() { Name = "safe" },
        Handler = "runsc",
        Overhead = new() { PodFixed = Amounts("memory", "64Mi") },
        Scheduling = new()
        {
            NodeSelector = new Dictionary<string, string> { ["sandbox"] = "yes" },
            Tolerations = [new() { Key = "own" }, new() { Key = "sandbox" }],
        },
    };

    private static Pod Asking() => new()
    {
        Metadata = new() { Name = "x" },
        Spec = new()
        {
            RuntimeClassName = "safe",
            NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" },
            Tolerations = [new() { Key = "own" }],
        },
    };

    private static Dictionary<string, Quantity> Amounts(string name, string amount) =>
        new() { [name] = Quantity.Parse(amount) };
}
