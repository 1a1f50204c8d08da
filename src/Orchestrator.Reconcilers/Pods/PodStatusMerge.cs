using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// Lays what the node knows of a pod over what the cluster has stored. The node's part wins, for it may not have been
/// written yet; what others wrote stays, and a final phase is final whoever set it.
/// </summary>
public static class PodStatusMerge
{
    private static readonly string[] OwnConditions =
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", PodReservation.Pending,
            PodReservation.InProgress];

    /// <summary>The status to plan from.</summary>
    public static PodStatus Merge(PodStatus stored, PodStatus known)
    {
        var own = known.Conditions.Where(condition => OwnConditions.Contains(condition.Type)).ToList();
        var foreign = stored.Conditions.Where(condition => !OwnConditions.Contains(condition.Type)).ToList();
        var endedElsewhere = IsFinal(stored.Phase) && !IsFinal(known.Phase);
        var scheduled = known.Conditions.Where(condition => condition.Type == "PodScheduled"
            && foreign.All(other => other.Type != "PodScheduled"));
        return known with
        {
            Phase = endedElsewhere ? stored.Phase : known.Phase,
            Reason = endedElsewhere ? stored.Reason : known.Reason ?? stored.Reason,
            Message = endedElsewhere ? stored.Message : known.Message ?? stored.Message,
            Conditions = [.. own, .. scheduled, .. foreign],
            StartTime = stored.StartTime ?? known.StartTime,
            QosClass = stored.QosClass ?? known.QosClass,
            NominatedNodeName = stored.NominatedNodeName,
            Resize = stored.Resize,
            ResourceClaimStatuses = stored.ResourceClaimStatuses,
        };
    }

    private static bool IsFinal(string? phase) => phase is "Succeeded" or "Failed";
}
