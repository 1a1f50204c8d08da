using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;

namespace Orchestrator.Reconcilers.Objects;

/// <summary>
/// What the RuntimeClass of a new pod gives it: overhead, and where it may run. Sentences are the reference's.
/// </summary>
public static class RuntimeClassRules
{
    /// <summary>The pod with what its class adds.</summary>
    /// <param name="pod">As it was sent.</param>
    /// <param name="named">The class that it names; null when there is none of that name, or none is named.</param>
    /// <exception cref="ApiException">403: there is no such class, or the pod contradicts it.</exception>
    public static Pod Apply(Pod pod, RuntimeClass? named)
    {
        var spec = pod.Spec;
        if (named is null && spec.RuntimeClassName is { Length: > 0 } name)
            throw Refused(pod, $"pod rejected: RuntimeClass \"{name}\" not found");
        var overhead = named?.Overhead?.PodFixed ?? Map<Quantity>.Empty;
        if (spec.Overhead.Count > 0 && overhead.Count == 0)
            throw Refused(pod, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        if (spec.Overhead.Count > 0 && !AreSame(spec.Overhead, overhead))
            throw Refused(pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        if (named is null) return pod;
        return pod with
        {
            Spec = spec with
            {
                Overhead = overhead,
                NodeSelector = Selected(pod, named.Scheduling?.NodeSelector ?? Map<string>.Empty),
                Tolerations = [.. spec.Tolerations,
                    .. (named.Scheduling?.Tolerations ?? []).Where(added => !spec.Tolerations.Contains(added))],
            },
        };
    }

    private static IReadOnlyDictionary<string, string> Selected(Pod pod, IReadOnlyDictionary<string, string> added)
    {
        if (added.Count == 0) return pod.Spec.NodeSelector;
        var merged = new Dictionary<string, string>(pod.Spec.NodeSelector);
        foreach (var (key, value) in added.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!merged.TryAdd(key, value) && merged[key] != value)
            {
                throw Refused(pod, $"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                    + $"pod.spec.nodeSelector[{key}] = {merged[key]}");
            }
        }
        return merged;
    }

    private static bool AreSame(
        IReadOnlyDictionary<string, Quantity> left, IReadOnlyDictionary<string, Quantity> right) =>
        left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out var other) && other == pair.Value);

    private static ApiException Refused(Pod pod, string why) =>
        ApiException.Forbidden(Pod.Kind, pod.Metadata.Name ?? "", why);
}
