using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Scheduling;

namespace Orchestrator.Unit.Tests.Scheduling;

public sealed class SchedulingReconcilerTests
{
    // why | nodes | the pod's wishes | node chosen, or the message's middle part
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "it fits", "a", "cpu=1", "a" },
        { "no nodes at all", "", "cpu=1", "no nodes available to schedule pods" },
        { "requests above what is there", "a b", "cpu=9", "2 Insufficient cpu" },
        { "all that lacks is said", "a", "cpu=9 memory=99Gi", "1 Insufficient cpu, 1 Insufficient memory" },
        { "extended resources by name", "a", "gpu=1", "1 Insufficient example.com/gpu" },
        { "an extended resource that is there", "a b:gpu=2", "gpu=1", "b" },
        { "ephemeral storage counts", "a", "ephemeral=99Gi", "1 Insufficient ephemeral-storage" },
        { "a full node takes no pod", "a:pods=0", "", "1 Too many pods" },
        { "cordoned", "a:cordoned b", "", "b" },
        { "cordoned and nothing else", "a:cordoned", "", "1 node(s) were unschedulable" },
        { "not ready", "a:notready", "", "1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }" },
        { "unknown", "a:unknown", "", "1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }" },
        { "tainted", "a:taint=k b", "", "b" },
        { "tainted, by key and value", "a:taint=k", "", "1 node(s) had untolerated taint {k: v}" },
        { "tolerated", "a:taint=k", "tolerate=k", "a" },
        { "everything tolerated", "a:taint=k", "tolerate=*", "a" },
        { "nodeSelector", "a b:zone=z1", "select=z1", "b" },
        { "nodeSelector in vain", "a b", "select=z1", "2 node(s) didn't match Pod's node affinity/selector" },
        { "In", "a:zone=z1 b:zone=z2", "In=z2", "b" },
        { "NotIn holds without the label", "a:zone=z1 b", "NotIn=z1", "b" },
        { "Exists", "a b:zone=z1", "Exists=", "b" },
        { "DoesNotExist", "a:zone=z1 b", "DoesNotExist=", "b" },
        { "Gt", "a:zone=4 b:zone=5 c", "Gt=4", "b" },
        { "Lt", "a:zone=4 b:zone=5 c", "Lt=5", "a" },
        { "by name", "a b c", "name=b", "b" },
        { "preferred", "a b c:zone=z1", "prefer=z1", "c" },
        { "a taint to be avoided if possible", "a:avoid=k b", "", "b" },
        { "avoided in vain", "a:avoid=k", "", "a" },
        { "several causes, sorted as texts", "a b:taint=k c:cordoned d", "cpu=9",
            "1 node(s) had untolerated taint {k: v}, 1 node(s) were unschedulable, 2 Insufficient cpu" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Decides(string why, string nodes, string wishes, string expected)
    {
        var snapshot = SchedulingSnapshot.Of(Nodes(nodes), []);
        var plan = SchedulingReconciler.Plan(snapshot, [PendingPod("p", wishes)]);
        var said = plan.Placements.Count > 0 ? plan.Placements[0].NodeName : plan.Refusals[0].Message;
        if (said.StartsWith("0/", StringComparison.Ordinal)) said = said.Split(": ", 2)[1].Split(". preemption")[0];
        said.ShouldBe(expected, why);
    }

    [Fact]
    public void The_whole_sentence_is_the_references()
    {
        var snapshot = SchedulingSnapshot.Of(Nodes("a b c:zone=z1"), []);
        SchedulingReconciler.Plan(snapshot, [PendingPod("p", "cpu=9 select=z1")]).Refusals.Single().Message.ShouldBe(
            "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match Pod's node affinity/selector. "
            + "preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, "
            + "2 Preemption is not helpful for scheduling.");
    }

    [Fact]
    public void Host_ports_conflict_by_port_protocol_and_address()
    {
        var taken = PendingPod("t", "port=80") with { Spec = PendingPod("t", "port=80").Spec with { NodeName = "a" } };
        var snapshot = SchedulingSnapshot.Of(Nodes("a"), [taken]);
        SchedulingReconciler.Plan(snapshot, [PendingPod("p", "port=80")]).Refusals.Single().Message
            .ShouldStartWith("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.");
        SchedulingReconciler.Plan(snapshot, [PendingPod("p", "port=81")]).Placements.Count.ShouldBe(1);
        new HostPort(80, "TCP", "10.0.0.1").ConflictsWith(new(80, "TCP", "10.0.0.2")).ShouldBeFalse();
        new HostPort(80, "TCP", "").ConflictsWith(new(80, "UDP", "")).ShouldBeFalse();
    }

    [Fact]
    public void Two_pending_pods_do_not_take_one_port()
    {
        var plan = SchedulingReconciler.Plan(
            SchedulingSnapshot.Of(Nodes("a b"), []),
            [PendingPod("p", "port=80"), PendingPod("q", "port=80"), PendingPod("r", "port=80")]);
        plan.Placements.Select(placement => placement.NodeName).Order().ShouldBe(["a", "b"]);
        plan.Refusals.Count.ShouldBe(1);
    }

    [Fact]
    public void Replicas_are_spread_and_a_node_never_gets_more_than_it_has()
    {
        var pods = Enumerable.Range(0, 20).Select(i => PendingPod($"p{i:00}", "cpu=1")).ToList();
        var plan = SchedulingReconciler.Plan(SchedulingSnapshot.Of(Nodes("a b c"), []), pods);
        plan.Placements.GroupBy(placement => placement.NodeName).ShouldAllBe(group => group.Count() == 4);
        plan.Refusals.Count.ShouldBe(8);
    }

    [Fact]
    public void Pods_of_one_owner_avoid_each_other_before_they_avoid_load()
    {
        var bound = Enumerable.Range(0, 3).Select(i => Bound(PendingPod($"x{i}", "cpu=500m owner=other"), "b"))
            .Append(Bound(PendingPod("mine", "cpu=100m"), "a"));
        var plan = SchedulingReconciler.Plan(SchedulingSnapshot.Of(Nodes("a b"), bound), [PendingPod("p", "cpu=100m")]);
        plan.Placements.Single().NodeName.ShouldBe("b");
    }

    [Fact]
    public void The_important_are_placed_first_and_gates_hold()
    {
        var important = PendingPod("z", "cpu=4");
        important = important with { Spec = important.Spec with { Priority = 100 } };
        var gated = PendingPod("g", "");
        gated = gated with { Spec = gated.Spec with { SchedulingGates = [new() { Name = "hold" }] } };
        var plan = SchedulingReconciler.Plan(
            SchedulingSnapshot.Of(Nodes("a"), []), [PendingPod("p", "cpu=4"), important, gated]);
        plan.Placements.Single().Pod.Metadata.Name.ShouldBe("z");
        plan.Refusals.Select(refusal => refusal.Reason).Order().ShouldBe(["SchedulingGated", "Unschedulable"]);
    }

    [Fact]
    public void The_order_of_the_inputs_does_not_matter()
    {
        var pods = Enumerable.Range(0, 60).Select(i => PendingPod($"p{i}", $"cpu={(i % 7) + 1}00m owner=o{i % 5}"))
            .ToList();
        var nodes = Nodes("a b:zone=z1 c:avoid=k d e:pods=3");
        string Place(IEnumerable<Node> n, IEnumerable<Pod> p) => string.Join(' ', SchedulingReconciler
            .Plan(SchedulingSnapshot.Of(n, []), [.. p]).Placements
            .Select(placement => $"{placement.Pod.Metadata.Name}@{placement.NodeName}").Order());
        Place(nodes.Reverse(), Enumerable.Reverse(pods)).ShouldBe(Place(nodes, pods));
    }

    [Fact]
    public void A_state_kept_up_to_date_equals_one_made_afresh()
    {
        var state = new SchedulerState();
        var pods = Enumerable.Range(
            0, 40).Select(i => Bound(PendingPod($"p{i}", $"cpu={i}m port={i}"), i % 2 == 0 ? "a" : "b")).ToList();
        foreach (var pod in pods) state.SetPod(pod);
        state.Snapshot().Nodes.ShouldBeEmpty();
        foreach (var node in Nodes("b a")) state.SetNode(node);
        var before = state.Snapshot();
        foreach (var pod in pods.Take(10)) state.RemovePod(pod.Metadata.Uid!);
        state.SetPod(pods[11] with { Status = new() { Phase = "Succeeded" } });
        var left = pods.Skip(10).Where(pod => pod != pods[11]).ToList();
        var afresh = SchedulingSnapshot.Of(Nodes("a b"), left);
        state.PodCount.ShouldBe(left.Count);
        foreach (var (kept, made) in state.Snapshot().Nodes.Zip(afresh.Nodes))
        {
            (kept.Name, kept.PodCount, kept.Requested.MilliCpu, kept.WeightMemory, kept.Ports.Count)
                .ShouldBe((made.Name, made.PodCount, made.Requested.MilliCpu, made.WeightMemory, made.Ports.Count));
        }
        before.Nodes.Sum(room => room.PodCount).ShouldBe(40);
    }

    [Fact]
    public void A_placement_tells_what_it_was_chosen_from()
    {
        var plan = SchedulingReconciler.Plan(
            SchedulingSnapshot.Of(Nodes("a b:cordoned c"), []), [PendingPod("p", "cpu=1")]);
        var reason = plan.Placements.Single().ToReason(Given.Now);
        reason.Decision.ShouldBe("Scheduled");
        reason.Why.ShouldStartWith("2 of 3 nodes were possible; a had the highest score, ");
        reason.Why.ShouldEndWith("not possible: 1 node(s) were unschedulable");
    }

    [Theory, InlineData(1_000, 100, 1), InlineData(10_000, 5_000, 20)]
    public void Ten_thousand_pods_are_all_placed_in_one_plan(int count, int nodes, int owners)
    {
        var snapshot = SchedulingSnapshot.Of(
            Nodes(string.Join(' ', Enumerable.Range(0, nodes).Select(i => $"n{i}"))), []);
        var pods = Enumerable.Range(0, count).Select(i => PendingPod($"p{i}", $"cpu=10m owner=o{i % owners}")).ToList();
        var plan = SchedulingReconciler.Plan(snapshot, pods);
        plan.Placements.Count.ShouldBe(count);
    }

    private static Pod Bound(Pod pod, string node) => pod with { Spec = pod.Spec with { NodeName = node } };

    private static IReadOnlyList<Node> Nodes(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(OneNode)];

    private static Node OneNode(string text)
    {
        var parts = text.Split(':');
        var marks = parts.Skip(1).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p.Length > 1 ? p[1] : "");
        var resources = new Dictionary<string, Quantity>
        {
            ["cpu"] = Quantity.Parse("4"),
            ["memory"] = Quantity.Parse("16Gi"),
            ["ephemeral-storage"] = Quantity.Parse("50Gi"),
            ["pods"] =
                Quantity.Parse(marks.GetValueOrDefault("pods", "110")),
        };
        if (marks.TryGetValue("gpu", out var gpu)) resources["example.com/gpu"] = Quantity.Parse(gpu);
        var taints = new List<Taint>();
        if (marks.TryGetValue("taint", out var hard))
            taints.Add(new() { Key = hard, Value = "v", Effect = "NoSchedule" });
        if (marks.TryGetValue("avoid", out var soft)) taints.Add(new() { Key = soft, Effect = "PreferNoSchedule" });
        var ready = marks.ContainsKey("notready") ? "False" : marks.ContainsKey("unknown") ? "Unknown" : "True";
        return new()
        {
            Metadata = new()
            {
                Name = parts[0],
                Labels = marks.TryGetValue("zone", out var zone) ? Given.Map(("zone", zone)) : Given.Map(),
            },
            Spec = new() { Unschedulable = marks.ContainsKey("cordoned"), Taints = taints },
            Status = new() { Allocatable = resources, Conditions = [new() { Type = "Ready", Status = ready }] },
        };
    }

    private static Pod PendingPod(string name, string wishes)
    {
        var marks = wishes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2))
            .ToDictionary(p => p[0], p => p[1]);
        var requests = new Dictionary<string, Quantity>();
        void Ask(string mark, string resource)
        {
            if (marks.TryGetValue(mark, out var amount)) requests[resource] = Quantity.Parse(amount);
        }

        Ask("cpu", "cpu");
        Ask("memory", "memory");
        Ask("ephemeral", "ephemeral-storage");
        Ask("gpu", "example.com/gpu");
        return new()
        {
            Metadata = new()
            {
                Name = name,
                Namespace = "default",
                Uid = $"uid-{name}",
                CreationTimestamp = Given.Now,
                OwnerReferences = [Given.Controller(marks.GetValueOrDefault("owner", "uid-web"))],
            },
            Spec = new()
            {
                NodeSelector = marks.TryGetValue("select", out var zone) ? Given.Map(("zone", zone)) : Given.Map(),
                Tolerations = !marks.TryGetValue("tolerate", out var key) ? []
                    : [key == "*"
                        ? new() { Operator = "Exists" }
                        : new() { Key = key, Value = "v", Effect = "NoSchedule" }],
                Affinity = AffinityOf(marks),
                Containers =
                [
                    new()
                    {
                        Name = "main",
                        Resources = new() { Requests = requests },
                        Ports = marks.TryGetValue("port", out var port) ? [new() { HostPort = int.Parse(port) }] : [],
                    },
                ],
            },
            Status = new() { Phase = "Pending" },
        };
    }

    private static Affinity? AffinityOf(Dictionary<string, string> marks)
    {
        if (marks.TryGetValue("name", out var name))
        {
            return Required(
                new() { MatchFields = [new() { Key = "metadata.name", Operator = "In", Values = [name] }] });
        }
        if (marks.TryGetValue("prefer", out var zone))
        {
            var term = new NodeSelectorTerm
            {
                MatchExpressions = [new() { Key = "zone", Operator = "In", Values = [zone] }],
            };
            return new()
            {
                NodeAffinity = new()
                {
                    PreferredDuringSchedulingIgnoredDuringExecution = [new() { Weight = 10, Preference = term }],
                },
            };
        }
        string[] operators = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
        var op = operators.FirstOrDefault(marks.ContainsKey);
        return op is null ? null : Required(new()
        {
            MatchExpressions =
                [new() { Key = "zone", Operator = op, Values = marks[op].Length > 0 ? [marks[op]] : [] }],
        });
    }

    private static Affinity Required(NodeSelectorTerm term) => new()
    {
        NodeAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = new() { NodeSelectorTerms = [term] } },
    };
}
