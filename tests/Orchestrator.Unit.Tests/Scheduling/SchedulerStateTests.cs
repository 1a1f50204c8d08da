using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Scheduling;

namespace Orchestrator.Unit.Tests.Scheduling;

/// <summary>What makes a pod that found no node worth another try.</summary>
public sealed class SchedulerStateTests
{
    private static readonly Node One = new() { Metadata = new() { Name = "one" } };

    public static TheoryData<string, Action<SchedulerState>, bool> Cases => new()
    {
        { "a node that comes opens room", state => state.SetNode(new() { Metadata = new() { Name = "two" } }), true },
        { "a node that is uncordoned opens room", state => state.SetNode(One), true },
        { "a node whose status says the same opens nothing", state => state.SetNode(Cordoned() with { }), false },
        { "a node that goes opens nothing", state => state.RemoveNode("one"), false },
        { "a pod that is bound opens nothing", state => state.SetPod(Bound("b", "Running")), false },
        { "a pod that reports opens nothing", state => state.SetPod(Bound("a", "Running")), false },
        { "a pod that ends opens room", state => state.SetPod(Bound("a", "Succeeded")), true },
        { "a pod that goes opens room", state => state.RemovePod("a"), true },
        { "a pod nobody knew opens nothing when it goes", state => state.RemovePod("c"), false },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Room_opens_when(string why, Action<SchedulerState> change, bool isOpening)
    {
        var state = new SchedulerState();
        state.SetNode(Cordoned());
        state.SetPod(Bound("a", "Pending"));
        var before = state.Openings;
        change(state);
        (state.Openings > before).ShouldBe(isOpening, why);
    }

    private static Node Cordoned() => One with { Spec = new() { Unschedulable = true } };

    private static Pod Bound(string uid, string phase) => new()
    {
        Metadata = new() { Name = uid, Namespace = "default", Uid = uid },
        Spec = new() { NodeName = "one", Containers = [new() { Name = "main" }] },
        Status = new() { Phase = phase },
    };
}
