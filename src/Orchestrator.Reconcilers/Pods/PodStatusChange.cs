using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// How much a new status says beyond the old one: nothing, progress that can wait, or news that cannot.
/// </summary>
public static class PodStatusChange
{
    private static readonly string[] Progress = ["ContainerCreating", "PodInitializing"];

    /// <summary>Equal on the wire, where times have whole seconds.</summary>
    public static bool Same(PodStatus old, PodStatus next) =>
        ApiJson.AreSame(old, next);

    /// <summary>
    /// The cluster should hear of it at once: phase, readiness, or a trouble that users look for. Steps on the way from
    /// Pending to Running are not, so that a start which takes a second costs one write and not five.
    /// </summary>
    public static bool IsNews(PodStatus old, PodStatus next)
    {
        if ((old.Phase ?? "Pending") != (next.Phase ?? "Pending")) return true;
        if (IsReady(old) != IsReady(next)) return true;
        var put = old.EphemeralContainerStatuses.ToDictionary(status => status.Name);
        if (next.EphemeralContainerStatuses.Any(one => IsNewsOfEphemeral(put.GetValueOrDefault(one.Name), one)))
        {
            return true;
        }
        var before = All(old).ToDictionary(status => status.Name);
        return All(next).Any(status => IsNews(before.GetValueOrDefault(status.Name), status, next.Phase));
    }

    private static bool IsNews(ContainerStatus? old, ContainerStatus next, string? phase)
    {
        var reason = next.State?.Waiting?.Reason;
        if (reason is not null && !Progress.Contains(reason) && reason != old?.State?.Waiting?.Reason) return true;
        // What killed it may be known a moment after that it died.
        if (next.State?.Terminated is { } end && old?.State?.Terminated is { } told && end.Reason != told.Reason)
            return true;
        if (phase is null or "Pending")
            return next.State?.Terminated is { ExitCode: not 0 } && old?.State?.Terminated is null;
        return old is null || old.Ready != next.Ready || old.RestartCount != next.RestartCount
            || (next.State?.Terminated is not null && old.State?.Terminated is null);
    }

    // Whoever put it there waits until it runs, whatever the pod's phase.
    private static bool IsNewsOfEphemeral(ContainerStatus? old, ContainerStatus next)
    {
        var reason = next.State?.Waiting?.Reason;
        return (reason is not null && !Progress.Contains(reason) && reason != old?.State?.Waiting?.Reason)
            || next.State?.Running is null != old?.State?.Running is null
            || next.State?.Terminated is null != old?.State?.Terminated is null;
    }

    private static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    private static IEnumerable<ContainerStatus> All(PodStatus status) =>
        status.InitContainerStatuses.Concat(status.ContainerStatuses);
}
