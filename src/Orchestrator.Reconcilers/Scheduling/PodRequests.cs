using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>What a pod asks of its node.</summary>
internal static class PodRequests
{
    // A pod that asks for nothing still weighs something, or all such pods would land on one node.
    private const long UnstatedMilliCpu = 100;
    private const long UnstatedMemory = 200L * 1024 * 1024;

    /// <summary>The effective requests as plain numbers.</summary>
    public static ResourceAmounts Of(Pod pod) => ResourceAmounts.Of(PodResources.Requests(pod));

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
                if (port.HostPort > 0)
                    (ports ??= []).Add(new(port.HostPort, port.Protocol ?? "TCP", port.HostIP ?? ""));
            }
        }
        return ports ?? (IReadOnlyList<HostPort>)[];
    }
}
