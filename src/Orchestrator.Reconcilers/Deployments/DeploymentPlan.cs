using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>What one look at a Deployment came to.</summary>
/// <param name="Actions">To be done in this order.</param>
/// <param name="Status">The status as observed, before the actions.</param>
/// <param name="LookAgainAfter">When to look again though nothing changes: the progress deadline.</param>
/// <param name="Reasons">Why.</param>
public sealed record DeploymentPlan(
    IReadOnlyList<DeploymentAction> Actions, DeploymentStatus Status, TimeSpan? LookAgainAfter,
    IReadOnlyList<ReasonRecord> Reasons);
