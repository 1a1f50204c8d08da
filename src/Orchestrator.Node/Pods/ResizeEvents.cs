using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.Pods;

/// <summary>Tells the user how a resize goes, each step once.</summary>
internal static class ResizeEvents
{
    public static void Tell(INodeReports reports, Pod pod, PodStatus old, PodStatus next)
    {
        var (waitedBefore, waits) = (Find(old, PodReservation.Pending), Find(next, PodReservation.Pending));
        var (didBefore, does) = (Find(old, PodReservation.InProgress), Find(next, PodReservation.InProgress));
        if (waits is not null && (waits.Reason, waits.Message) != (waitedBefore?.Reason, waitedBefore?.Message))
        {
            reports.Event(pod, "", "Warning", $"Resize{waits.Reason}",
                $"Pod resize {waits.Reason}: {About(pod, waits.Message)}");
        }
        if (does is not null && didBefore is null)
            reports.Event(pod, "", "Normal", "ResizeStarted", $"Pod resize started: {About(pod, null)}");
        if (does?.Message is { } trouble && trouble != didBefore?.Message)
            reports.Event(pod, "", "Warning", "ResizeError", $"Pod resize error: {About(pod, trouble)}");
        if (does is null && didBefore is not null && waits is null && next.Phase is "Pending" or "Running")
            reports.Event(pod, "", "Normal", "ResizeCompleted", $"Pod resize completed: {About(pod, null)}");
    }

    private static PodCondition? Find(PodStatus status, string type) =>
        status.Conditions.FirstOrDefault(condition => condition.Type == type);

    private static string About(Pod pod, string? error)
    {
        var containers = pod.Spec.InitContainers.Where(PodResources.IsSidecar).Concat(pod.Spec.Containers)
            .Select(container => (JsonNode)new JsonObject
            {
                ["name"] = container.Name,
                ["resources"] = JsonSerializer.SerializeToNode(
                    container.Resources ?? new(), ApiJson.TypeInfo(typeof(ResourceRequirements))),
            });
        var about = new JsonObject
        {
            ["containers"] = new JsonArray([.. containers]),
            ["generation"] = pod.Metadata.Generation,
        };
        if (error is not null) about["error"] = error;
        return about.ToJsonString(ApiJson.Options);
    }
}
