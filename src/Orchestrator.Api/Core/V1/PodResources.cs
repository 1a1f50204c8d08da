using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What a pod needs as a whole; the scheduler and the node count with it.</summary>
public static class PodResources
{
    /// <summary>
    /// Requests per resource: the larger of what runs for good (containers and sidecars) and of each moment of the
    /// start, where one init container runs beside the sidecars before it; plus the overhead.
    /// Example: containers 100m + sidecar 50m, one init of 200m after the sidecar → max(150m, 200m + 50m) = 250m.
    /// </summary>
    public static IReadOnlyDictionary<string, Quantity> Requests(PodSpec spec) =>
        Effective(spec, static resources => resources.Requests);

    /// <summary>
    /// The same sums of what each container counts with: while a resize is under way, the largest of what is asked for,
    /// promised by the node, and given; of one that can never be, what is promised and given.
    /// </summary>
    public static IReadOnlyDictionary<string, Quantity> Requests(Pod pod) =>
        PodReservation.IsResizing(pod) ? Requests(PodReservation.Of(pod)) : Requests(pod.Spec);

    /// <summary>
    /// Limits per resource, by the same sums; a resource that only some containers limit is still listed.
    /// </summary>
    public static IReadOnlyDictionary<string, Quantity> Limits(PodSpec spec) =>
        Effective(spec, static resources => resources.Limits);

    /// <summary>An init container that runs on beside the containers.</summary>
    public static bool IsSidecar(Container container) => container.RestartPolicy == "Always";

    private static Dictionary<string, Quantity> Effective(
        PodSpec spec, Func<ResourceRequirements, IReadOnlyDictionary<string, Quantity>> read)
    {
        var running = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in spec.Containers) Add(running, Amounts(container));
        var sidecars = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var starting = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in spec.InitContainers)
        {
            if (IsSidecar(container))
            {
                Add(running, Amounts(container));
                Add(sidecars, Amounts(container));
                Raise(starting, sidecars);
                continue;
            }
            var moment = new Dictionary<string, Quantity>(sidecars, StringComparer.Ordinal);
            Add(moment, Amounts(container));
            Raise(starting, moment);
        }
        Raise(running, starting);
        Add(running, spec.Overhead);
        return running;

        IReadOnlyDictionary<string, Quantity> Amounts(Container container) =>
            read(container.Resources ?? new ResourceRequirements());
    }

    private static void Add(Dictionary<string, Quantity> sum, IReadOnlyDictionary<string, Quantity> amounts)
    {
        foreach (var (name, amount) in amounts)
        {
            sum[name] = sum.TryGetValue(name, out var before) ? before + amount : amount;
        }
    }

    private static void Raise(Dictionary<string, Quantity> most, Dictionary<string, Quantity> amounts)
    {
        foreach (var (name, amount) in amounts)
        {
            if (!most.TryGetValue(name, out var before) || amount > before) most[name] = amount;
        }
    }
}
