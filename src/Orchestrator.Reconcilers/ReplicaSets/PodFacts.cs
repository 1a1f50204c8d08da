using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>What controllers read off a pod's status.</summary>
public static class PodFacts
{
    /// <summary>Has ended for good: Succeeded or Failed.</summary>
    public static bool IsFinished(Pod pod) => pod.Status.Phase is "Succeeded" or "Failed";

    /// <summary>Is being deleted.</summary>
    public static bool IsTerminating(Pod pod) => pod.Metadata.DeletionTimestamp is not null;

    /// <summary>Counts as a replica: neither finished nor being deleted.</summary>
    public static bool IsActive(Pod pod) => !IsFinished(pod) && !IsTerminating(pod);

    /// <summary>Its Ready condition is True.</summary>
    public static bool IsReady(Pod pod) => ReadyCondition(pod)?.Status == "True";

    /// <summary>When it became ready; null when it is not, or when nobody noted it.</summary>
    public static DateTimeOffset? ReadySince(Pod pod) =>
        ReadyCondition(pod) is { Status: "True" } ready ? ready.LastTransitionTime : null;

    /// <summary>When it counts, or counted, as available; null while it is not ready.</summary>
    public static DateTimeOffset? AvailableFrom(Pod pod, int minReadySeconds)
    {
        if (!IsReady(pod)) return null;
        if (minReadySeconds <= 0) return DateTimeOffset.MinValue;
        return ReadySince(pod)?.AddSeconds(minReadySeconds);
    }

    /// <summary>Has been ready for long enough.</summary>
    public static bool IsAvailable(Pod pod, int minReadySeconds, DateTimeOffset now) =>
        AvailableFrom(pod, minReadySeconds) is { } from && from <= now;

    /// <summary>The restarts of its most restarted container.</summary>
    public static int Restarts(Pod pod)
    {
        var most = 0;
        foreach (var status in pod.Status.ContainerStatuses) most = Math.Max(most, status.RestartCount);
        return most;
    }

    private static PodCondition? ReadyCondition(Pod pod)
    {
        // Asked for every pod of a set in every pass: an enumerator each would be most of what a pass allocates.
        var conditions = pod.Status.Conditions;
        for (var i = 0; i < conditions.Count; i++)
        {
            if (conditions[i].Type == "Ready") return conditions[i];
        }
        return null;
    }
}
