using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>What a pod asks of its node.</summary>
internal static class PodRequests
{
    // A pod that asks for nothing still weighs something, or all such pods would land on one node.
    private const long UnstatedMilliCpu = 100;
    private const long UnstatedMemory = 200L * 1024 * 1024;

    /// <summary>The effective requests: the larger of the running containers and of each step of initialisation.</summary>
    public static ResourceAmounts Of(Pod pod)
    {
        var running = new ResourceAmounts();
        foreach (var container in pod.Spec.Containers) running += Requests(container);
        var sidecars = new ResourceAmounts();
        var peak = new ResourceAmounts();
        foreach (var container in pod.Spec.InitContainers)
        {
            if (container.RestartPolicy == "Always") sidecars += Requests(container);
            peak = Larger(peak, container.RestartPolicy == "Always" ? sidecars : sidecars + Requests(container));
        }
        var total = Larger(running + sidecars, peak);
        return pod.Spec.Overhead.Count == 0 ? total : total + ResourceAmounts.Of(pod.Spec.Overhead);
    }

    /// <summary>The requests that scores count with.</summary>
    public static (long MilliCpu, long Memory) Weight(ResourceAmounts requests) => (
        requests.MilliCpu == 0 ? UnstatedMilliCpu : requests.MilliCpu,
        requests.Memory == 0 ? UnstatedMemory : requests.Memory);

    /// <summary>The ports of the node itself that the pod takes.</summary>
    public static IReadOnlyList<HostPort> HostPorts(Pod pod)
    {
        List<HostPort>? ports = null;
        foreach (var container in pod.Spec.Containers)
        {
            foreach (var port in container.Ports)
            {
                if (port.HostPort > 0) (ports ??= []).Add(new(port.HostPort, port.Protocol ?? "TCP", port.HostIP ?? ""));
            }
        }
        return ports ?? (IReadOnlyList<HostPort>)[];
    }

    private static ResourceAmounts Requests(Container container)
    {
        if (container.Resources is not { } resources) return default;
        if (resources.Limits.Count == 0) return ResourceAmounts.Of(resources.Requests);
        // A limit without a request is a request.
        var requests = new Dictionary<string, Quantity>(resources.Limits);
        foreach (var (name, quantity) in resources.Requests) requests[name] = quantity;
        return ResourceAmounts.Of(requests);
    }

    private static ResourceAmounts Larger(ResourceAmounts a, ResourceAmounts b) => new()
    {
        MilliCpu = Math.Max(a.MilliCpu, b.MilliCpu),
        Memory = Math.Max(a.Memory, b.Memory),
        EphemeralStorage = Math.Max(a.EphemeralStorage, b.EphemeralStorage),
        Extended = b.Extended.Count == 0 ? a.Extended
            : [.. a.Extended.Select(x => x.Name).Union(b.Extended.Select(x => x.Name)).Order(StringComparer.Ordinal)
                .Select(name => (name, Math.Max(a.OfExtended(name), b.OfExtended(name))))],
    };
}
