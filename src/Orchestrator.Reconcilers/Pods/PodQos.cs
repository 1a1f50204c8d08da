using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>The quality of service class of a pod, and what follows from it for the kernel's choice of victims.</summary>
public static class PodQos
{
    /// <summary>Every container has limits equal to its requests.</summary>
    public const string Guaranteed = "Guaranteed";

    /// <summary>Some container asks for something.</summary>
    public const string Burstable = "Burstable";

    /// <summary>Nothing is asked for.</summary>
    public const string BestEffort = "BestEffort";

    private static readonly string[] Counted = ["cpu", "memory"];

    /// <summary>The class; init containers and sidecars count too.</summary>
    public static string Of(PodSpec spec)
    {
        var containers = spec.InitContainers.Concat(spec.Containers).ToList();
        if (!containers.Any(AsksForSomething)) return BestEffort;
        return containers.All(IsGuaranteed) ? Guaranteed : Burstable;
    }

    /// <summary>
    /// The adjustment from -997 (kill last) to 1000 (kill first): a burstable container that asks for a larger share of
    /// the machine's memory is killed later.
    /// </summary>
    public static int OomScoreAdj(PodSpec spec, Container container, long machineMemoryBytes)
    {
        if (spec.PriorityClassName is "system-node-critical") return -997;
        var qos = Of(spec);
        if (qos == Guaranteed) return -997;
        if (qos == BestEffort || machineMemoryBytes <= 0) return 1000;
        var share = 1000 - (long)((Int128)1000 * Request(container, "memory").Value / machineMemoryBytes);
        return (int)Math.Clamp(share, 3, 999);
    }

    /// <summary>What is asked for: the request, else the limit, else nothing.</summary>
    public static Quantity Request(Container container, string resource)
    {
        if (container.Resources is not { } resources) return Quantity.Zero;
        if (resources.Requests.TryGetValue(resource, out var request)) return request;
        return resources.Limits.TryGetValue(resource, out var limit) ? limit : Quantity.Zero;
    }

    private static bool AsksForSomething(Container container) => container.Resources is { } resources
        && Counted.Any(name => Has(resources.Requests, name) || Has(resources.Limits, name));

    private static bool IsGuaranteed(Container container) => container.Resources is { } resources
        && Counted.All(name => Has(resources.Limits, name)
            && (!resources.Requests.TryGetValue(name, out var request) || request == resources.Limits[name]));

    private static bool Has(IReadOnlyDictionary<string, Quantity> amounts, string name) =>
        amounts.TryGetValue(name, out var amount) && amount > Quantity.Zero;
}
