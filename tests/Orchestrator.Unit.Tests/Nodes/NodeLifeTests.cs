using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Nodes;

namespace Orchestrator.Unit.Tests.Nodes;

/// <summary>What is said of nodes that are silent, and taken back.</summary>
public sealed class NodeLifeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // why | Ready before ("" when unsaid) | what was seen | Ready after | taint keys after
    public static TheoryData<string, string, NodeSight, string, string> Cases => new()
    {
        { "a node that is well stays so", "True", NodeSight.Ready, "True", "" },
        { "one silence is no loss", "True", NodeSight.Unsure, "True", "" },
        { "a silent node is unknown", "True", NodeSight.Silent, "Unknown", "unreachable" },
        { "a node that never spoke is unknown", "", NodeSight.Silent, "Unknown", "unreachable" },
        { "a node that has not spoken yet is given time", "", NodeSight.Unsure, "", "" },
        { "a node that is heard again is ready", "Unknown", NodeSight.Ready, "True", "" },
        { "a node heard without its engine is not ready", "Unknown", NodeSight.EngineDown, "False", "not-ready" },
        { "what the node says of itself stands", "False", NodeSight.EngineDown, "False", "not-ready" },
        { "a node that was not ready and is silent is unknown", "False", NodeSight.Silent, "Unknown", "unreachable" },
        { "of nodes of others nothing is said", "Unknown", NodeSight.NotAsked, "Unknown", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_look_decides(string why, string before, NodeSight sight, string after, string taints)
    {
        var plan = NodeLifeReconciler.Reconcile(NodeOf(before), new(sight, "no answer"), [], Now);
        Assert.True(after == (NodeLifeReconciler.StatusOf(plan.Next) ?? ""), why);
        var keys = plan.Next.Spec.Taints.Select(taint => taint.Key.Split('/')[1]).Distinct();
        Assert.True(taints == string.Join(' ', keys), $"{why}: {string.Join(' ', keys)}");
        Assert.Equal(before != after, plan.Reasons.Count > 0);
    }

    [Fact]
    public void Repeating_a_look_changes_nothing()
    {
        var first = NodeLifeReconciler.Reconcile(NodeOf("True"), new(NodeSight.Silent, "no answer"), [], Now);
        var again = NodeLifeReconciler.Reconcile(first.Next, new(NodeSight.Silent, "no answer"), [], Now.AddHours(1));
        Assert.Same(first.Next, again.Next);
    }

    [Fact]
    public void Taints_of_users_stay_and_are_dated()
    {
        var node = NodeOf("True") with
        {
            Spec = new()
            {
                Taints = [new() { Key = "a", Effect = "NoSchedule" }, new() { Key = "b", Effect = "NoExecute" }],
            },
        };
        var lost = NodeLifeReconciler.Reconcile(node, new(NodeSight.Silent), [], Now).Next;
        var back = NodeLifeReconciler.Reconcile(lost, new(NodeSight.Ready), [], Now.AddHours(1)).Next;
        Assert.Equal(["a", "b"], back.Spec.Taints.Select(taint => taint.Key));
        Assert.Equal([null, (DateTimeOffset?)Now], back.Spec.Taints.Select(taint => taint.TimeAdded));
    }

    [Fact]
    public void Only_ready_pods_of_a_lost_node_lose_their_readiness()
    {
        var ready = PodOf("ready", "True");
        Pod[] pods = [ready, PodOf("starting", "False")];
        var plan = NodeLifeReconciler.Reconcile(NodeOf("True"), new(NodeSight.Silent), pods, Now);
        Assert.Equal([ready], plan.Unready);
        Assert.Empty(NodeLifeReconciler.Reconcile(NodeOf("True"), new(NodeSight.Unsure), [ready], Now).Unready);
    }

    private static Pod PodOf(string name, string ready) => new()
    {
        Metadata = new() { Name = name },
        Status = new() { Phase = "Running", Conditions = [new() { Type = "Ready", Status = ready }] },
    };

    private static Node NodeOf(string ready) => new()
    {
        Metadata = new() { Name = "node-1" },
        Status = new() { Conditions = ready.Length == 0 ? [] : [new() { Type = "Ready", Status = ready }] },
    };
}
