using System.Globalization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Limits;

/// <summary>Whether a pod or a claim keeps to the LimitRanges of its namespace; in the reference's words.</summary>
public static class LimitRules
{
    private static readonly IReadOnlyDictionary<string, Quantity> Nothing = Map<Quantity>.Empty;

    /// <summary>Why the pod may not be made, or null.</summary>
    public static string? RefusalOf(Pod pod, IEnumerable<LimitRange> ranges) =>
        ranges.Select(range => Told([.. range.Spec.Limits.SelectMany(item => Broken(item, pod))]))
            .FirstOrDefault(told => told is not null);

    /// <summary>Why the claim may not be made, or null.</summary>
    public static string? RefusalOf(PersistentVolumeClaim claim, IEnumerable<LimitRange> ranges) =>
        ranges.Select(range => Told([.. range.Spec.Limits.SelectMany(item => Broken(item, claim))]))
            .FirstOrDefault(told => told is not null);

    private static string? Told(IReadOnlyList<string> broken) => broken.Distinct().ToList() switch
    {
        [] => null,
        [var one] => one,
        var many => $"[{string.Join(", ", many)}]",
    };

    private static IEnumerable<string> Broken(LimitRangeItem item, Pod pod) => item.Type switch
    {
        "Container" => pod.Spec.Containers.Concat(pod.Spec.InitContainers)
            .Select(container => container.Resources ?? new())
            .SelectMany(resources => Broken(item, resources.Requests, resources.Limits)),
        "Pod" => Broken(item, PodResources.Requests(pod.Spec), PodResources.Limits(pod.Spec)),
        _ => [],
    };

    private static IEnumerable<string> Broken(LimitRangeItem item, PersistentVolumeClaim claim)
    {
        if (item.Type != "PersistentVolumeClaim") return [];
        var requests = claim.Spec.Resources?.Requests ?? Nothing;
        return Sorted(item.Min).Select(pair => BelowMin(item.Type, pair.Key, pair.Value, requests, Nothing))
            .Concat(Sorted(item.Max).Select(pair => AboveMaxRequest(item.Type, pair.Key, pair.Value, requests)))
            .OfType<string>();
    }

    private static IEnumerable<string> Broken(
        LimitRangeItem item, IReadOnlyDictionary<string, Quantity> requests,
        IReadOnlyDictionary<string, Quantity> limits) =>
        Sorted(item.Min).Select(pair => BelowMin(item.Type, pair.Key, pair.Value, requests, limits))
            .Concat(Sorted(item.Max).Select(pair => AboveMax(item.Type, pair.Key, pair.Value, requests, limits)))
            .Concat(Sorted(item.MaxLimitRequestRatio)
                .Select(pair => AboveRatio(item.Type, pair.Key, pair.Value, requests, limits)))
            .OfType<string>();

    private static IEnumerable<KeyValuePair<string, Quantity>> Sorted(IReadOnlyDictionary<string, Quantity> amounts) =>
        amounts.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private static string? BelowMin(
        string type, string name, Quantity min, IReadOnlyDictionary<string, Quantity> requests,
        IReadOnlyDictionary<string, Quantity> limits)
    {
        var rule = $"minimum {name} usage per {type} is {min}";
        if (!requests.TryGetValue(name, out var request)) return $"{rule}.  No request is specified";
        if (request < min) return $"{rule}, but request is {request}";
        return limits.TryGetValue(name, out var limit) && limit < min ? $"{rule}, but limit is {limit}" : null;
    }

    private static string? AboveMax(
        string type, string name, Quantity max, IReadOnlyDictionary<string, Quantity> requests,
        IReadOnlyDictionary<string, Quantity> limits)
    {
        var rule = $"maximum {name} usage per {type} is {max}";
        if (!limits.TryGetValue(name, out var limit)) return $"{rule}.  No limit is specified";
        if (limit > max) return $"{rule}, but limit is {limit}";
        return requests.TryGetValue(name, out var request) && request > max
            ? $"{rule}, but request is {request}"
            : null;
    }

    // Claims have no limits.
    private static string? AboveMaxRequest(
        string type, string name, Quantity max, IReadOnlyDictionary<string, Quantity> requests)
    {
        var rule = $"maximum {name} usage per {type} is {max}";
        if (!requests.TryGetValue(name, out var request)) return $"{rule}.  No request is specified";
        return request > max ? $"{rule}, but request is {request}" : null;
    }

    private static string? AboveRatio(
        string type, string name, Quantity most, IReadOnlyDictionary<string, Quantity> requests,
        IReadOnlyDictionary<string, Quantity> limits)
    {
        var rule = $"{name} max limit to request ratio per {type} is {most}";
        var request = requests.GetValueOrDefault(name);
        if (request == Quantity.Zero) return $"{rule}, but no request is specified or request is 0";
        var limit = limits.GetValueOrDefault(name);
        if (limit == Quantity.Zero) return $"{rule}, but no limit is specified or limit is 0";
        var ratio = (double)limit.MilliValue / request.MilliValue;
        return ratio * 1000 > most.MilliValue
            ? string.Create(CultureInfo.InvariantCulture, $"{rule}, but provided ratio is {ratio:F6}")
            : null;
    }
}
