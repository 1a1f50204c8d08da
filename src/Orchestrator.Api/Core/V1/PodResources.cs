using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What a pod needs as a whole; the scheduler and the node count with it.</summary>
public static class PodResources
{
    /// <summary>What a pod may say of itself as a whole, beside huge pages.</summary>
    public static IReadOnlyList<string> OfPods { get; } = ["cpu", "memory"];

    /// <summary>
    /// Requests per resource: the larger of what runs for good (containers and sidecars) and of each moment of the
    /// start, where one init container runs beside the sidecars before it; plus the overhead.
    /// Example: containers 100m + sidecar 50m, one init of 200m after the sidecar → max(150m, 200m + 50m) = 250m.
    /// </summary>
    /// <remarks>What the pod says as a whole (<c>spec.resources</c>) stands in place of the sum.</remarks>
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

    /// <summary>The requests of the containers alone, by the same sums.</summary>
    public static IReadOnlyDictionary<string, Quantity> RequestsOfContainers(PodSpec spec) =>
        Summed(spec, static resources => resources.Requests);

    /// <summary>The limits of the containers alone, by the same sums.</summary>
    public static IReadOnlyDictionary<string, Quantity> LimitsOfContainers(PodSpec spec) =>
        Summed(spec, static resources => resources.Limits);

    /// <summary>A pod may say of itself as a whole how much of that it has.</summary>
    public static bool IsOfPods(string name) => OfPods.Contains(name) || HugePageSize.IsResource(name);

    /// <summary>The pod says something of itself as a whole.</summary>
    public static bool IsSetFor(PodSpec spec) => spec.Resources is { } resources
        && (resources.Requests.Keys.Any(IsOfPods) || resources.Limits.Keys.Any(IsOfPods));

    /// <summary>An init container that runs on beside the containers.</summary>
    public static bool IsSidecar(Container container) => container.RestartPolicy == "Always";

    private static Dictionary<string, Quantity> Effective(
        PodSpec spec, Func<ResourceRequirements, IReadOnlyDictionary<string, Quantity>> read)
    {
        var sum = Summed(spec, read);
        if (spec.Resources is { } whole)
        {
            foreach (var (name, amount) in read(whole).Where(pair => IsOfPods(pair.Key))) sum[name] = amount;
        }
        Add(sum, spec.Overhead);
        return sum;
    }

    private static Dictionary<string, Quantity> Summed(
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
