using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What follows from the quality of service class for the kernel's choice of victims.</summary>
public static class OomScore
{
    /// <summary>
    /// The adjustment from -997 (kill last) to 1000 (kill first): a burstable container that asks for a larger share of
    /// the machine's memory is killed later.
    /// </summary>
    public static int Of(PodSpec spec, Container container, long machineMemoryBytes)
    {
        if (spec.PriorityClassName is "system-node-critical") return -997;
        var qos = QosClass.Of(spec);
        if (qos == QosClass.Guaranteed) return -997;
        if (qos == QosClass.BestEffort || machineMemoryBytes <= 0) return 1000;
        var share = 1000 - (long)((Int128)1000 * (Weight(spec, container) + Shared(spec)) / machineMemoryBytes);
        return (int)Math.Clamp(share, 3, 999);
    }

    // What the pod asks for as a whole and no container asks for counts for all of them alike.
    private static long Shared(PodSpec spec)
    {
        if (spec.Resources?.Requests.TryGetValue("memory", out var whole) != true) return 0;
        var asked = PodResources.RequestsOfContainers(spec).GetValueOrDefault("memory");
        return Math.Max(0, whole.Value - asked.Value) / Math.Max(1, spec.Containers.Count + spec.InitContainers.Count);
    }

    // A sidecar is not killed before those it serves: it counts with no less than the least of them.
    private static long Weight(PodSpec spec, Container container)
    {
        var own = Request(container, "memory").Value;
        return PodResources.IsSidecar(container) && spec.Containers.Count > 0
            && spec.InitContainers.Any(init => init.Name == container.Name)
            ? Math.Max(own, spec.Containers.Min(other => Request(other, "memory").Value))
            : own;
    }

    /// <summary>What is asked for: the request, else the limit, else nothing.</summary>
    public static Quantity Request(Container container, string resource)
    {
        if (container.Resources is not { } resources) return Quantity.Zero;
        if (resources.Requests.TryGetValue(resource, out var request)) return request;
        return resources.Limits.TryGetValue(resource, out var limit) ? limit : Quantity.Zero;
    }
}
