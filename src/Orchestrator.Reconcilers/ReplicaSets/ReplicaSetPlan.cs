using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>What one look at a ReplicaSet came to.</summary>
/// <param name="Actions">To be done in this order.</param>
/// <param name="Status">The status as observed, before the actions.</param>
/// <param name="LookAgainAfter">When to look again though nothing changes; zero when work was left over.</param>
/// <param name="Reasons">Why, for the set and for each pod that goes.</param>
public sealed record ReplicaSetPlan(
    IReadOnlyList<PodAction> Actions, ReplicaSetStatus Status, TimeSpan? LookAgainAfter,
    IReadOnlyList<ReasonRecord> Reasons);

/// <summary>What a shell may know beyond the pods of the set.</summary>
public sealed record ReplicaSetContext
{
    /// <summary>Nothing more is known.</summary>
    public static ReplicaSetContext None { get; } = new();

    /// <summary>Pods of all sets of the same owner: pods that crowd one node go first when scaling down.</summary>
    public IReadOnlyList<Pod> Siblings { get; init; } = [];

    /// <summary>A pod of that name exists in the namespace, whoever owns it.</summary>
    public Func<string, bool> IsTaken { get; init; } = static _ => false;

    /// <summary>
    /// Why the last action failed, or null when all of them succeeded; becomes the ReplicaFailure condition.
    /// </summary>
    public ReplicaFailure? Failure { get; init; }
}

/// <summary>An action that was refused or could not be done.</summary>
/// <param name="Reason"><c>FailedCreate</c> or <c>FailedDelete</c>.</param>
/// <param name="Message">The error's own text.</param>
public sealed record ReplicaFailure(string Reason, string Message);
