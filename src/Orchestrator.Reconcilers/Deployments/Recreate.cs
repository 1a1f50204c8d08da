using Orchestrator.Api.Apps.V1;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>
/// The strategy for programs that cannot share: all old pods are gone before the first new one comes.
/// </summary>
internal static class Recreate
{
    /// <summary>The old sets brought to nothing.</summary>
    public static IReadOnlyList<DeploymentAction> Clear(Rollout rollout) =>
        [.. ReplicaSetOrder.Active(rollout.Old).Select(old => rollout.Scale(old, 0)!)];

    /// <summary>Pods of other sets still run, or may: also those that are being deleted.</summary>
    public static bool HasOldPods(Rollout rollout)
    {
        if (rollout.Old.Any(old => old.Status.Replicas > 0)) return true;
        var old = rollout.Old.Select(set => set.Metadata.Uid ?? "").ToHashSet(StringComparer.Ordinal);
        return rollout.Pods.Any(pod =>
            !PodFacts.IsFinished(pod) && Owners.ControllerOf(pod) is { } owner && old.Contains(owner.Uid));
    }

    /// <summary>The current set brought to full size.</summary>
    public static IReadOnlyList<DeploymentAction> Fill(Rollout rollout, ReplicaSet current) =>
        rollout.Scale(current, rollout.Wanted) is { } action ? [action] : [];
}
