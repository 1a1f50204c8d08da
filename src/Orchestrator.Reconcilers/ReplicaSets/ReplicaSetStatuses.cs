using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>The status maths of a ReplicaSet.</summary>
internal static class ReplicaSetStatuses
{
    private const string ReplicaFailureType = "ReplicaFailure";

    public static ReplicaSetStatus Of(
        ReplicaSet set, IReadOnlyList<Pod> active, DateTimeOffset now, ReplicaFailure? failure)
    {
        var template = set.Spec.Template.Metadata.Labels.ToArray();
        var (labeled, ready, available) = (0, 0, 0);
        foreach (var pod in active)
        {
            if (template.All(label => pod.Metadata.Labels.GetValueOrDefault(label.Key) == label.Value)) labeled++;
            if (!PodFacts.IsReady(pod)) continue;
            ready++;
            if (PodFacts.IsAvailable(pod, set.Spec.MinReadySeconds, now)) available++;
        }
        return set.Status with
        {
            Replicas = active.Count,
            FullyLabeledReplicas = labeled,
            ReadyReplicas = ready,
            AvailableReplicas = available,
            ObservedGeneration = set.Metadata.Generation,
            Conditions = Conditions(set.Status.Conditions, failure, now),
        };
    }

    private static IReadOnlyList<ReplicaSetCondition> Conditions(
        IReadOnlyList<ReplicaSetCondition> old, ReplicaFailure? failure, DateTimeOffset now)
    {
        var standing = old.FirstOrDefault(condition => condition.Type == ReplicaFailureType);
        var others = old.Where(condition => condition.Type != ReplicaFailureType);
        if (failure is null) return standing is null ? old : [.. others];
        if (standing?.Reason == failure.Reason && standing.Message == failure.Message) return old;
        return
        [
            .. others,
            new()
            {
                Type = ReplicaFailureType,
                Status = "True",
                LastTransitionTime = standing?.LastTransitionTime ?? now,
                Reason = failure.Reason,
                Message = failure.Message,
            },
        ];
    }
}
