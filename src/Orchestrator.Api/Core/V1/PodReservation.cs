using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What a pod whose resources change counts with, before and until the change is done.</summary>
public static class PodReservation
{
    /// <summary>The type of the condition of a resize that the node has not taken on.</summary>
    public const string Pending = "PodResizePending";

    /// <summary>The type of the condition of a resize that the node is doing.</summary>
    public const string InProgress = "PodResizeInProgress";

    /// <summary>The reason of a pending resize that no waiting will make possible on its node.</summary>
    public const string Infeasible = "Infeasible";

    /// <summary>The reason of a pending resize that waits for room.</summary>
    public const string Deferred = "Deferred";

    /// <summary>A resize was asked for, waits, or is being done.</summary>
    public static bool IsResizing(Pod pod) =>
        pod.Metadata.Generation > 1 && pod.Status.ContainerStatuses.Count > 0
        && (pod.Status.Conditions.Any(condition => condition.Type is Pending or InProgress)
            || HasOtherPromises(pod.Spec.Containers, pod.Status.ContainerStatuses)
            || HasOtherPromises(pod.Spec.InitContainers, pod.Status.InitContainerStatuses));

    /// <summary>
    /// The spec with the requests that each container counts with. Example: 500m running, 800m asked for → 800m; and
    /// 500m while the node says that 800m is more than it has.
    /// </summary>
    public static PodSpec Of(Pod pod)
    {
        var isInfeasible = pod.Status.Conditions.Any(
            condition => condition is { Type: Pending, Reason: Infeasible });
        var statuses = PodContainers.All(pod.Status).ToDictionary(status => status.Name);
        return pod.Spec with
        {
            Containers = Reserved(pod.Spec.Containers),
            InitContainers = Reserved(pod.Spec.InitContainers),
        };

        List<Container> Reserved(IReadOnlyList<Container> containers) => [.. containers.Select(container =>
            statuses.GetValueOrDefault(container.Name) is { Resources: not null } status
                ? With(container, status, isInfeasible)
                : container)];
    }

    /// <summary>The requests the node stands for. Earlier releases left them out of the status.</summary>
    public static IReadOnlyDictionary<string, Quantity> PromisedOf(ContainerStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.AllocatedResources.Count > 0 || status.Resources is null
            ? status.AllocatedResources
            : status.Resources.Requests;
    }

    private static bool HasOtherPromises(
        IReadOnlyList<Container> containers, IReadOnlyList<ContainerStatus> statuses) =>
        statuses.Any(status => status.Resources is not null
            && containers.FirstOrDefault(container => container.Name == status.Name) is { } container
            && (Differs(container, status, "cpu") || Differs(container, status, "memory")));

    private static bool Differs(Container container, ContainerStatus status, string resource) =>
        (container.Resources?.Requests.GetValueOrDefault(resource) ?? Quantity.Zero)
            != PromisedOf(status).GetValueOrDefault(resource);

    private static Container With(Container container, ContainerStatus status, bool isInfeasible)
    {
        var asked = container.Resources ?? new ResourceRequirements();
        var most = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        if (!isInfeasible) Raise(most, asked.Requests);
        Raise(most, PromisedOf(status));
        Raise(most, status.Resources!.Requests);
        return container with { Resources = asked with { Requests = most } };
    }

    private static void Raise(Dictionary<string, Quantity> most, IReadOnlyDictionary<string, Quantity> amounts)
    {
        foreach (var (name, amount) in amounts)
        {
            if (!most.TryGetValue(name, out var before) || amount > before) most[name] = amount;
        }
    }
}
