using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>Deletes the oldest sets that exist only to be rolled back to, beyond the limit.</summary>
internal static class History
{
    public static IReadOnlyList<DeploymentAction> Plan(Rollout rollout)
    {
        if (rollout.Deployment.Spec.RevisionHistoryLimit is not { } limit) return [];
        var kept = ReplicaSetOrder.LowestRevisionFirst(
            rollout.Old.Where(set => set.Metadata.DeletionTimestamp is null));
        return [.. kept.Take(Math.Max(0, kept.Count - limit)).Where(IsIdle).Select(set =>
            new DeploymentAction.DeleteReplicaSet(
                set.Metadata.Name ?? "", set.Metadata.Uid ?? "",
                $"revision {ReplicaSetOrder.Revision(set)} is beyond the revisionHistoryLimit of {limit}"))];
    }

    // A set that still has pods, or has not taken notice of its last change, is left for another pass.
    private static bool IsIdle(ReplicaSet set) =>
        set.Status.Replicas == 0 && RolloutMath.Replicas(set) == 0
        && set.Metadata.Generation <= set.Status.ObservedGeneration;
}
