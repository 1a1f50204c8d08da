using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What to do about a pod now.</summary>
/// <param name="Actions">To be begun at once, none waiting for another.</param>
/// <param name="Status">The pod's status; the very instance the pod had when it says nothing new.</param>
/// <param name="LookAgainAfter">When time alone will change the plan; null when only news can.</param>
/// <param name="Reasons">Why, for the user.</param>
public sealed record PodPlan(
    IReadOnlyList<PodAction> Actions, PodStatus Status, TimeSpan? LookAgainAfter, IReadOnlyList<PodReason> Reasons)
{
    /// <summary>The pod is being taken down, whether by a deletion, its deadline, or its own end.</summary>
    public bool IsHalt { get; init; }
}

/// <summary>Why something was decided.</summary>
/// <param name="Container">The container it concerns, or empty.</param>
/// <param name="Decision">One word: <c>Restart</c>, <c>BackOff</c>, <c>Kill</c>.</param>
/// <param name="Why">A sentence a user can act on.</param>
public sealed record PodReason(string Container, string Decision, string Why);
