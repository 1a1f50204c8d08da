using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Limits;

/// <summary>
/// What the LimitRanges of a namespace give to the containers of a new pod that say nothing themselves, and the
/// annotation that tells of it.
/// </summary>
public static class LimitDefaults
{
    /// <summary>Tells what was filled in.</summary>
    public const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>The pod with what it lacks; the first range that speaks of a resource decides.</summary>
    /// <param name="pod">The pod, with the defaults of its kind.</param>
    /// <param name="ranges">All of its namespace.</param>
    public static Pod Apply(Pod pod, IEnumerable<LimitRange> ranges) => ranges.Aggregate(pod, Apply);

    private static Pod Apply(Pod pod, LimitRange range)
    {
        var (requests, limits) = Defaults(range);
        if (requests.Count + limits.Count == 0) return pod;
        var told = new List<string>();
        var filled = pod with
        {
            Spec = pod.Spec with
            {
                Containers = Fill(pod.Spec.Containers, requests, limits, "container", told),
                InitContainers = Fill(pod.Spec.InitContainers, requests, limits, "init container", told),
            },
        };
        if (told.Count == 0) return pod;
        var annotations = new Dictionary<string, string>(pod.Metadata.Annotations, StringComparer.Ordinal)
        {
            [Annotation] = $"LimitRanger plugin set: {string.Join("; ", told)}",
        };
        return filled with { Metadata = pod.Metadata with { Annotations = annotations } };
    }

    private static (Dictionary<string, Quantity> Requests, Dictionary<string, Quantity> Limits) Defaults(
        LimitRange range)
    {
        var requests = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var limits = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var item in range.Spec.Limits.Where(item => item.Type == "Container"))
        {
            foreach (var (name, amount) in item.DefaultRequest) requests[name] = amount;
            foreach (var (name, amount) in item.Default) limits[name] = amount;
        }
        return (requests, limits);
    }

    private static IReadOnlyList<Container> Fill(
        IReadOnlyList<Container> containers, Dictionary<string, Quantity> requests,
        Dictionary<string, Quantity> limits, string what, List<string> told)
    {
        if (containers.Count == 0) return containers;
        return [.. containers.Select(container =>
        {
            var said = container.Resources ?? new();
            var (newRequests, newLimits) = (Missing(said.Requests, requests), Missing(said.Limits, limits));
            if (newRequests.Count > 0)
                told.Add($"{string.Join(", ", newRequests.Keys)} request for {what} {container.Name}");
            if (newLimits.Count > 0)
                told.Add($"{string.Join(", ", newLimits.Keys)} limit for {what} {container.Name}");
            return container with
            {
                Resources = said with
                {
                    Requests = With(said.Requests, newRequests), Limits = With(said.Limits, newLimits),
                },
            };
        })];
    }

    private static SortedDictionary<string, Quantity> Missing(
        IReadOnlyDictionary<string, Quantity> said, Dictionary<string, Quantity> defaults) => new(
            defaults.Where(pair => !said.ContainsKey(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value),
            StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, Quantity> With(
        IReadOnlyDictionary<string, Quantity> said, SortedDictionary<string, Quantity> more) => more.Count == 0
            ? said
            : new SortedDictionary<string, Quantity>(
                said.Concat(more).ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal);
}
