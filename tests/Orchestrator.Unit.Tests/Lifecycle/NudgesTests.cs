using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Unit.Tests.Lifecycle;

public sealed class NudgesTests
{
    // why | pod before ("" = none) | pod after | who looks again
    public static TheoryData<string, string, string, string> Pods => new()
    {
        { "a new pod: its set, the scheduler", "", "p:Pending", "web default-scheduler" },
        { "bound: its set, its node", "p:Pending", "p:Pending:node=n", "web node:n" },
        { "its status: its set, its node", "p:Pending:node=n", "p:Running:node=n", "web node:n" },
        { "finished: there is room", "p:Running:node=n", "p:Failed:node=n", "web node:n default-scheduler" },
        { "gone: there is room", "p:Running:node=n", "", "web node:n default-scheduler" },
        { "gone after it had finished: no more room than before", "p:Failed:node=n", "", "web node:n" },
        { "being deleted unbound: nothing to place", "p:Pending", "p:Pending:del", "web" },
        { "released: the set that had it and those that may want it", "p:Running:node=n",
            "p:Running:node=n:owner=", "web node:n" },
        { "an orphan that matches: the set that may adopt it", "", "p:Running:node=n:owner=", "web node:n" },
        { "an orphan that matches none", "", "p:Running:node=n:owner=:app=db", "node:n" },
    };

    [Theory, MemberData(nameof(Pods))]
    public void A_pod_tells_those_who_depend_on_it(string why, string before, string after, string expected)
    {
        var lookups = new NudgeLookups
        {
            InNamespace = (kind, _) => kind == ReplicaSet.Kind ? [Given.ReplicaSet("web", 1)] : []
        };
        var nudges = Nudges.For(Parse(before), Parse(after), lookups);
        Show(nudges).ShouldBe(expected, why);
    }

    [Fact]
    public void A_set_tells_its_deployment_and_when_it_goes_its_pods()
    {
        var set = Given.ReplicaSet("web-1", 1);
        set =
            set with { Metadata = set.Metadata with { OwnerReferences = [Given.Controller("uid-web", "Deployment")] } };
        var lookups = new NudgeLookups
        {
            DependentsOf = uid => uid == "uid-web-1" ? [Pod.Kind.KeyOf("default", "p")] : []
        };
        Show(Nudges.For(set, set, lookups)).ShouldBe("web");
        var leaving = set with { Metadata = set.Metadata with { DeletionTimestamp = Given.Now } };
        Show(Nudges.For(set, leaving, lookups)).ShouldBe("web p");
        Show(Nudges.For(set, null, lookups)).ShouldBe("web p");
    }

    [Fact]
    public void A_node_wakes_schedulers_only_when_it_matters_to_them()
    {
        var node = new Node { Metadata = new() { Name = "n" } };
        var beating = node with { Status = new() { Phase = "x" } };
        var cordoned = node with { Spec = new() { Unschedulable = true } };
        Show(Nudges.For(null, node, new())).ShouldBe("node:n default-scheduler");
        Show(Nudges.For(node, beating, new())).ShouldBe("node:n");
        Show(Nudges.For(node, cordoned, new())).ShouldBe("node:n default-scheduler");
    }

    [Fact]
    public void The_last_object_of_a_namespace_wakes_it_only_while_it_terminates()
    {
        var map = new ConfigMap { Metadata = new() { Name = "c", Namespace = "team" } };
        Show(Nudges.For(map, null, new())).ShouldBe("");
        Show(Nudges.For(map, null, new() { IsTerminating = _ => true })).ShouldBe("team");
    }

    private static Pod? Parse(string text) => text.Length == 0 ? null : Given.Pod(text);

    private static string Show(IEnumerable<Nudge> nudges) => string.Join(' ', nudges.Select(nudge => nudge switch
    {
        Nudge.Object owner => owner.Key.Name,
        Nudge.Node node => $"node:{node.Name}",
        Nudge.Scheduler scheduler => scheduler.Name,
        _ => "?",
    }));
}
