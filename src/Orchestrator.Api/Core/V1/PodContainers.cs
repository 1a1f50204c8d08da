namespace Orchestrator.Api.Core.V1;

/// <summary>The containers of a pod of every sort, by their names, which are unique among all of them.</summary>
public static class PodContainers
{
    /// <summary>Those that run first, those the pod is for, those put in to look at it.</summary>
    public static IEnumerable<Container> All(PodSpec spec) =>
        spec.InitContainers.Concat(spec.Containers).Concat(spec.EphemeralContainers);

    /// <summary>What is known of each, in the same order.</summary>
    public static IEnumerable<ContainerStatus> All(PodStatus status) =>
        status.InitContainerStatuses.Concat(status.ContainerStatuses).Concat(status.EphemeralContainerStatuses);

    /// <summary>The container of that name, or null.</summary>
    public static Container? Find(PodSpec spec, string name) =>
        All(spec).FirstOrDefault(container => container.Name == name);

    /// <summary>Where events say it stands: <c>spec.containers{web}</c>.</summary>
    public static string FieldPath(PodSpec spec, string name)
    {
        if (spec.InitContainers.Any(init => init.Name == name)) return $"spec.initContainers{{{name}}}";
        return spec.EphemeralContainers.Any(ephemeral => ephemeral.Name == name)
            ? $"spec.ephemeralContainers{{{name}}}"
            : $"spec.containers{{{name}}}";
    }
}
