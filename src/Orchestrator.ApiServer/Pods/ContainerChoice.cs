using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Pods;

/// <summary>Finds the container of a pod whose output is wanted.</summary>
internal static class ContainerChoice
{
    private const string IdPrefix = "docker://";

    /// <summary>The container's name: the one asked for, or the only one.</summary>
    /// <exception cref="ApiException">400: there is no such container, or more than one to choose from.</exception>
    public static string NameOf(Pod pod, string asked)
    {
        var containers = pod.Spec.Containers.Select(container => container.Name).ToList();
        var inits = pod.Spec.InitContainers.Select(container => container.Name).ToList();
        var ephemerals = pod.Spec.EphemeralContainers.Select(container => container.Name).ToList();
        var name = pod.Metadata.Name;
        if (asked.Length > 0)
        {
            return containers.Contains(asked) || inits.Contains(asked) || ephemerals.Contains(asked) ? asked
                : throw ApiException.BadRequest($"container {asked} is not valid for pod {name}");
        }
        if (containers.Count == 1) return containers[0];
        if (containers.Count == 0) throw ApiException.BadRequest($"a container name must be specified for pod {name}");
        var choice =
            $"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', containers)}]";
        if (inits.Count > 0) choice += $" or one of the init containers: [{string.Join(' ', inits)}]";
        throw ApiException.BadRequest(choice);
    }

    /// <summary>The engine's id of a container, as it runs, or as it ran before.</summary>
    /// <exception cref="ApiException">400: it has not started yet, or has no earlier run.</exception>
    public static string IdOf(Pod pod, string container, bool previous)
    {
        var status = pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses)
            .Concat(pod.Status.EphemeralContainerStatuses).FirstOrDefault(status => status.Name == container);
        var last = status?.LastState?.Terminated?.ContainerID;
        if (previous)
        {
            return Bare(last) ?? throw ApiException.BadRequest(
                $"previous terminated container \"{container}\" in pod \"{pod.Metadata.Name}\" not found");
        }
        var id = status?.State switch
        {
            { Running: not null } => status.ContainerID,
            { Terminated: { } ended } =>
                string.IsNullOrEmpty(ended.ContainerID) ? status.ContainerID : ended.ContainerID,
            // Between two runs the output of the last one is what the user wants to see.
            _ => last,
        };
        var reason = status?.State?.Waiting?.Reason is { Length: > 0 } waiting ? waiting : "ContainerCreating";
        return Bare(id) ?? throw ApiException.BadRequest(
            $"container \"{container}\" in pod \"{pod.Metadata.Name}\" is waiting to start: {reason}");
    }

    /// <summary>The engine's id of a container that runs now; null when it does not.</summary>
    public static string? RunningIdOf(Pod pod, string container)
    {
        var status = pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses)
            .Concat(pod.Status.EphemeralContainerStatuses).FirstOrDefault(status => status.Name == container);
        return status?.State?.Running is null ? null : Bare(status.ContainerID);
    }

    private static string? Bare(string? id) =>
        string.IsNullOrEmpty(id)
            ? null
            : id.StartsWith(IdPrefix, StringComparison.Ordinal) ? id[IdPrefix.Length..] : id;
}
