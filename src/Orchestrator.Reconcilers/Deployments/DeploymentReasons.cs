using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>Says why a Deployment does what it does.</summary>
internal static class DeploymentReasons
{
    public static IReadOnlyList<ReasonRecord> Of(
        Deployment deployment, IReadOnlyList<DeploymentAction> actions, Rollout rollout, DeploymentStatus status,
        DateTimeOffset now)
    {
        var (uid, subject) = (deployment.Metadata.Uid ?? "", KindRegistry.KeyOf(deployment).ToString());
        var inputs = $"{{\"replicas\":{rollout.Wanted},\"total\":{RolloutMath.Total(rollout.All)},"
            + $"\"maxSurge\":{RolloutMath.MaxSurge(deployment)},"
            + $"\"maxUnavailable\":{RolloutMath.MaxUnavailable(deployment)},"
            + $"\"available\":{status.AvailableReplicas},\"updated\":{status.UpdatedReplicas}}}";
        var reasons = actions.Select(action => Describe(action))
            .Select(said => new ReasonRecord(now, uid, subject, said.Decision, said.Why, inputs)).ToList();
        var old = DeploymentConditions.Find(deployment.Status, DeploymentConditions.Progressing);
        var progressing = DeploymentConditions.Find(status, DeploymentConditions.Progressing);
        if (progressing is not null && progressing.Reason != old?.Reason)
        {
            reasons.Add(new(now, uid, subject, progressing.Reason ?? "", progressing.Message ?? "", inputs));
        }
        return reasons;
    }

    private static (string Decision, string Why) Describe(DeploymentAction action) => action switch
    {
        DeploymentAction.CreateReplicaSet create => ("CreatedReplicaSet", create.Why),
        DeploymentAction.ScaleReplicaSet scale => ("ScaledReplicaSet", scale.Why),
        DeploymentAction.UpdateReplicaSet update => ("UpdatedReplicaSet", $"replica set {update.Name}: {update.Why}"),
        DeploymentAction.DeleteReplicaSet delete => ("DeletedReplicaSet", $"replica set {delete.Name}: {delete.Why}"),
        DeploymentAction.AdoptReplicaSet adopt =>
            ("Adopted", $"replica set {adopt.Name} matches the selector and nobody manages it"),
        DeploymentAction.ReleaseReplicaSet release => ("Released", $"replica set {release.Name}: {release.Why}"),
        DeploymentAction.SetRevision revision =>
            ("RevisionSet", $"the current template is revision {revision.Revision}"),
        _ => throw new System.Diagnostics.UnreachableException($"no words for {action}"),
    };
}
