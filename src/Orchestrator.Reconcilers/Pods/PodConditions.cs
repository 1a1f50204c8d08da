using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// The conditions a node answers for; those of others, readiness gates among them, are kept as they are.
/// </summary>
internal static class PodConditions
{
    private static readonly string[] Own =
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled",
            PodReservation.Pending, PodReservation.InProgress];

    public static IReadOnlyList<PodCondition> Build(PodView view, PodStatus next)
    {
        var old = view.Pod.Status.Conditions;
        var containersReady = ContainersReady(view, next);
        List<PodCondition> own =
        [
            Of("PodReadyToStartContainers", HasNetwork(view), null, null),
            Initialized(view, next),
            Ready(view, containersReady),
            containersReady,
            Of("PodScheduled", true, null, null),
            .. PodResize.Conditions(view),
        ];
        var kept = old.Where(condition => !Own.Contains(condition.Type));
        return [.. own.Select(condition => Dated(condition, old, view)), .. kept];
    }

    private static bool HasNetwork(PodView view) =>
        view.Sandbox is { Phase: AttemptPhase.Running } sandbox
        && (view.Pod.Spec.HostNetwork || !string.IsNullOrEmpty(sandbox.IpAddress));

    private static PodCondition Initialized(PodView view, PodStatus next)
    {
        if (next.Phase == "Succeeded") return Of("Initialized", true, "PodCompleted", null);
        var missing = PodStatusBuilder.IncompleteInits(view);
        if (missing.Count == 0) return Of("Initialized", true, null, null);
        return next.Phase == "Failed" && WasTrue(view, "Initialized")
            ? Of("Initialized", true, null, null)
            : Of("Initialized", false, "ContainersNotInitialized",
                $"containers with incomplete status: [{string.Join(' ', missing)}]");
    }

    private static PodCondition ContainersReady(PodView view, PodStatus next)
    {
        if (next.Phase == "Succeeded") return Of("ContainersReady", false, "PodCompleted", null);
        if (next.Phase == "Failed") return Of("ContainersReady", false, "PodFailed", null);
        var sidecars = view.Sidecars.Select(sidecar => sidecar.Name).ToHashSet();
        var unready = next.InitContainerStatuses.Where(status => sidecars.Contains(status.Name))
            .Concat(next.ContainerStatuses).Where(status => !status.Ready).Select(status => status.Name).ToList();
        return unready.Count == 0
            ? Of("ContainersReady", true, null, null)
            : Of("ContainersReady", false, "ContainersNotReady",
                $"containers with unready status: [{string.Join(' ', unready)}]");
    }

    private static PodCondition Ready(PodView view, PodCondition containersReady)
    {
        if (containersReady.Status != "True") return containersReady with { Type = "Ready" };
        var missing = view.Pod.Spec.ReadinessGates.Select(gate => gate.ConditionType)
            .Where(type => !WasTrue(view, type)).ToList();
        return missing.Count == 0 ? Of("Ready", true, null, null) : Of("Ready", false, "ReadinessGatesNotReady",
            string.Join(", ", missing.Select(type => GateText(view, type))));
    }

    private static string GateText(PodView view, string type) =>
        view.Pod.Status.Conditions.FirstOrDefault(condition => condition.Type == type) is { } gate
            ? $"the status of pod readiness gate \"{type}\" is not \"True\", but {gate.Status}"
            : $"corresponding condition of pod readiness gate \"{type}\" does not exist.";

    private static bool WasTrue(PodView view, string type) =>
        view.Pod.Status.Conditions.Any(condition => condition.Type == type && condition.Status == "True");

    private static PodCondition Of(string type, bool isTrue, string? reason, string? message) =>
        new() { Type = type, Status = isTrue ? "True" : "False", Reason = reason, Message = message };

    private static PodCondition Dated(PodCondition next, IReadOnlyList<PodCondition> old, PodView view)
    {
        var before = old.FirstOrDefault(condition => condition.Type == next.Type);
        var since = before?.Status == next.Status ? before.LastTransitionTime ?? view.Now : view.Now;
        return next with { LastTransitionTime = since, ObservedGeneration = view.Pod.Metadata.Generation };
    }
}
