using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Reconcilers.Probes;

/// <summary>
/// What follows from probes: whether a container has started and is ready, and whether it must go. Until a probe has
/// come to a result, what the pod's status says of the very same attempt stands: a node that starts anew looks at
/// everything anew, and nobody is to notice.
/// </summary>
internal static class ProbeVerdicts
{
    /// <summary>It runs, and its startup probe, if any, has succeeded.</summary>
    public static bool IsStarted(PodView view, ContainerView container)
    {
        if (!container.IsUp) return false;
        if (container.Spec.StartupProbe is null) return true;
        return HealthOf(view, container)?.Startup switch
        {
            ProbeOutcome.Success => true,
            ProbeOutcome.Failure => false,
            _ => Known(view, container) is { Started: true },
        };
    }

    /// <summary>It has started, and its readiness probe, if any, has succeeded.</summary>
    public static bool IsReady(PodView view, ContainerView container)
    {
        if (!IsStarted(view, container)) return false;
        if (container.Spec.ReadinessProbe is null) return true;
        return HealthOf(view, container)?.Readiness switch
        {
            ProbeOutcome.Success => true,
            ProbeOutcome.Failure => false,
            _ => Known(view, container) is { Ready: true },
        };
    }

    /// <summary>The end of a container whose startup or liveness probe has failed; null when it may stay.</summary>
    public static PodStep? Stop(PodView view, ContainerView container)
    {
        if (!container.IsRunning || HealthOf(view, container) is not { } health) return null;
        if (health.Liveness == ProbeOutcome.Failure && container.Spec.LivenessProbe is { } liveness)
        {
            return Stop(view, container, "liveness", liveness, health);
        }
        return health.Startup == ProbeOutcome.Failure && container.Spec.StartupProbe is { } startup
            ? Stop(view, container, "startup", startup, health)
            : null;
    }

    private static PodStep Stop(
        PodView view, ContainerView container, string kind, Probe probe, ContainerHealth health)
    {
        var failed = $"Container {container.Name} failed {kind} probe";
        var policy = container.Spec.RestartPolicy ?? view.RestartPolicy;
        var isLast = container.Role == ContainerRole.App && policy == "Never";
        var why = isLast ? failed : $"{failed}, will be restarted";
        var seconds = probe.TerminationGracePeriodSeconds ?? view.Pod.Spec.TerminationGracePeriodSeconds ?? 30;
        var times = Math.Max(1, probe.FailureThreshold);
        return new PodStep(
            new PodAction.StopContainer(
                container.Name, container.Newest!.Id, TimeSpan.FromSeconds(Math.Max(0, seconds)), why),
            new PodReason(container.Name, "Kill", $"{why}: {times} in a row, the last: {health.Failure}"));
    }

    private static ContainerHealth? HealthOf(PodView view, ContainerView container) =>
        view.Seen.Health.GetValueOrDefault(container.Newest!.Id);

    private static ContainerStatus? Known(PodView view, ContainerView container) =>
        ContainerStatusBuilder.Old(view, container) is { } old
            && old.ContainerID == $"{view.Seen.Scheme}://{container.Newest!.Id}" ? old : null;
}
