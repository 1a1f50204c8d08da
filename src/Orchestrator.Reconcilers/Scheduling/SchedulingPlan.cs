using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>Where pods go, and which stay behind.</summary>
public sealed record SchedulingPlan(IReadOnlyList<Placement> Placements, IReadOnlyList<Refusal> Refusals);

/// <summary>A pod and the node chosen for it.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="NodeName">The node.</param>
/// <param name="Score">Its score, in hundredths; the highest of all candidates.</param>
/// <param name="Candidates">How many nodes had been possible.</param>
/// <param name="Nodes">How many nodes there were.</param>
/// <param name="RuledOut">How many nodes each rule ruled out for good.</param>
public sealed record Placement(
    Pod Pod, string NodeName, long Score, int Candidates, int Nodes, IReadOnlyList<RuleCount> RuledOut)
{
    /// <summary>Claims that are to be bound on the node before the pod is.</summary>
    public IReadOnlyList<PersistentVolumeClaim> Claims { get; init; } = [];

    /// <summary>The sentence for the event and the reason.</summary>
    public string Why =>
        $"{Candidates} of {Nodes} nodes were possible; {NodeName} had the highest score, {Score / 100.0:0.00}"
        + (RuledOut.Count == 0 ? "" : $"; not possible: {string.Join(", ", RuledOut)}");

    /// <summary>The reason record; made on demand, for most are never read.</summary>
    public ReasonRecord ToReason(DateTimeOffset now) => new(
        now, Pod.Metadata.Uid ?? "", KindRegistry.KeyOf(Pod).ToString(), "Scheduled", Why,
        $"{{\"node\":\"{NodeName}\",\"score\":{Score},\"candidates\":{Candidates},\"nodes\":{Nodes}}}");
}

/// <summary>A pod for which there is no node now.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Reason"><c>Unschedulable</c> or <c>SchedulingGated</c>.</param>
/// <param name="Message">The reference's sentence: <c>0/3 nodes are available: …</c>.</param>
/// <param name="RuledOut">How many nodes each rule ruled out.</param>
public sealed record Refusal(Pod Pod, string Reason, string Message, IReadOnlyList<RuleCount> RuledOut)
{
    /// <summary>The reason record.</summary>
    public ReasonRecord ToReason(DateTimeOffset now) =>
        new(now, Pod.Metadata.Uid ?? "", KindRegistry.KeyOf(Pod).ToString(), Reason, Message);
}

/// <summary>A rule, in the reference's words, and how many nodes it ruled out.</summary>
public sealed record RuleCount(string Rule, int Count)
{
    /// <inheritdoc />
    public override string ToString() => $"{Count} {Rule}";
}
