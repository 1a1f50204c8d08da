using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Reconcilers.Objects;

/// <summary>How a pod's status moves when it is bound, cannot be bound, or its node speaks of it.</summary>
public static class PodBinding
{
    private const string Disruption = "DisruptionTarget";

    /// <summary>
    /// The pod on its node. Its containers are shown as being created in the same write, so that a pod costs one write
    /// here and one when it runs.
    /// </summary>
    public static Pod Bound(Pod pod, string nodeName, DateTimeOffset now)
    {
        var waiting = pod.Spec.InitContainers.Count > 0 ? "PodInitializing" : "ContainerCreating";
        return pod with
        {
            Spec = pod.Spec with { NodeName = nodeName },
            Status = pod.Status with
            {
                Phase = "Pending",
                StartTime = now,
                Conditions = [
                    Condition("PodReadyToStartContainers", "False", now),
                    Condition("Initialized", pod.Spec.InitContainers.Count > 0 ? "False" : "True", now,
                        pod.Spec.InitContainers.Count > 0 ? "ContainersNotInitialized" : null,
                        Incomplete("incomplete", pod.Spec.InitContainers)),
                    Condition("Ready", "False", now, "ContainersNotReady", Incomplete("unready", pod.Spec.Containers)),
                    Condition("ContainersReady", "False", now, "ContainersNotReady",
                        Incomplete("unready", pod.Spec.Containers)),
                    Condition("PodScheduled", "True", now)],
                InitContainerStatuses = [.. pod.Spec.InitContainers.Select(c => Waiting(c, "PodInitializing"))],
                ContainerStatuses = [.. pod.Spec.Containers.Select(c => Waiting(c, waiting))],
            },
        };
    }

    /// <summary>The pod with the reason why no node takes it.</summary>
    public static Pod Unschedulable(Pod pod, string reason, string why, DateTimeOffset now)
    {
        var old = pod.Status.Conditions.FirstOrDefault(condition => condition.Type == "PodScheduled");
        var since = old?.Status == "False" ? old.LastTransitionTime ?? now : now;
        var condition = Condition("PodScheduled", "False", since, reason, why);
        return pod with
        {
            Status = pod.Status with
            {
                Phase = "Pending",
                Conditions = [.. pod.Status.Conditions.Where(c => c.Type != "PodScheduled"), condition],
            },
        };
    }

    /// <summary>The pod with what its node says; a finished pod stays finished, whatever late news says.</summary>
    public static Pod Reported(Pod pod, PodStatus status)
    {
        if (pod.Status.Phase is "Succeeded" or "Failed" && status.Phase is not ("Succeeded" or "Failed")) return pod;
        // The node may have looked before somebody else changed a condition of theirs, such as a readiness gate: those
        // are not the node's to drop, nor to take back.
        var others = pod.Status.Conditions.Where(condition => !PodConditionOwners.IsOfNode(condition.Type)).ToList();
        var said = status.Conditions.Where(condition => PodConditionOwners.IsOfNode(condition.Type)
            || (condition.Type == Disruption && others.All(other => other.Type != Disruption)));
        return pod with
        {
            Status = status with
            {
                QosClass = pod.Status.QosClass ?? status.QosClass,
                Conditions = [.. said, .. others],
            },
        };
    }

    /// <summary>The pod with the reason why it is made to leave.</summary>
    public static Pod Disrupted(Pod pod, string reason, string why, DateTimeOffset now) =>
        With(pod, Condition(Disruption, "True", now, reason, why));

    /// <summary>The pod whose node nobody hears: what it said of being ready counts no longer.</summary>
    public static Pod Unready(Pod pod, string why, DateTimeOffset now) =>
        pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" })
            ? With(pod, Condition("Ready", "False", now, "NodeNotReady", why))
            : pod;

    private static Pod With(Pod pod, PodCondition condition) => pod with
    {
        Status = pod.Status with
        {
            Conditions = [.. pod.Status.Conditions.Where(other => other.Type != condition.Type), condition],
        },
    };

    private static string? Incomplete(string what, IReadOnlyList<Container> containers) =>
        containers.Count == 0 ? null
            : $"containers with {what} status: [{string.Join(' ', containers.Select(c => c.Name))}]";

    private static PodCondition Condition(
        string type, string status, DateTimeOffset since, string? reason = null, string? message = null) =>
        new() { Type = type, Status = status, LastTransitionTime = since, Reason = reason, Message = message };

    private static ContainerStatus Waiting(Container container, string reason) => new()
    {
        Name = container.Name,
        Image = container.Image ?? "",
        Started = false,
        State = new ContainerState { Waiting = new ContainerStateWaiting { Reason = reason } },
    };
}
