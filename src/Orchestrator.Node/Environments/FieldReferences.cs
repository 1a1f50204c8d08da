using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.Environments;

/// <summary>Reads the downward API: fields of the pod and resources of its containers as text.</summary>
public static class FieldReferences
{
    /// <summary>The text of a field.</summary>
    /// <exception cref="ContainerConfigException">No such field can be referred to.</exception>
    public static string Field(PodOnNode facts, string path)
    {
        var (pod, meta) = (facts.Pod, facts.Pod.Metadata);
        return path switch
        {
            "metadata.name" => meta.Name ?? "",
            "metadata.namespace" => meta.Namespace ?? "",
            "metadata.uid" => meta.Uid ?? "",
            "metadata.labels" => Lines(meta.Labels),
            "metadata.annotations" => Lines(meta.Annotations),
            "spec.nodeName" => pod.Spec.NodeName ?? facts.NodeName,
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "",
            "status.hostIP" or "status.hostIPs" => facts.HostIP,
            "status.podIP" or "status.podIPs" => pod.Spec.HostNetwork ? facts.HostIP : facts.PodIP ?? "",
            _ when Subscript(path, "metadata.labels") is { } key => meta.Labels.GetValueOrDefault(key, ""),
            _ when Subscript(path, "metadata.annotations") is { } key => meta.Annotations.GetValueOrDefault(key, ""),
            _ => throw new ContainerConfigException($"unsupported fieldPath: {path}"),
        };
    }

    /// <summary>
    /// The amount of a resource in units of the divisor, rounded up. A missing limit is the pod's, or what the node
    /// can give, for that is where the container will stop growing.
    /// </summary>
    /// <exception cref="ContainerConfigException">No such container or resource.</exception>
    public static string Resource(PodOnNode facts, Container self, ResourceFieldSelector selector)
    {
        var container = string.IsNullOrEmpty(selector.ContainerName) ? self : facts.Pod.Spec.InitContainers
            .Concat(facts.Pod.Spec.Containers).FirstOrDefault(other => other.Name == selector.ContainerName)
            ?? throw new ContainerConfigException($"container {selector.ContainerName} not found");
        var dot = selector.Resource.IndexOf('.');
        var (side, name) = dot < 0 ? ("", "") : (selector.Resource[..dot], selector.Resource[(dot + 1)..]);
        var isKnown = name is "cpu" or "memory" or "ephemeral-storage"
            || HugePageSize.IsResource(name);
        if (side is not ("limits" or "requests") || !isKnown)
        {
            throw new ContainerConfigException($"unsupported container resource : {selector.Resource}");
        }
        return InUnits(Amount(facts, container, side, name), selector.Divisor, name == "cpu").ToString();
    }

    private static Quantity Amount(PodOnNode facts, Container container, string side, string name)
    {
        var resources = container.Resources ?? new ResourceRequirements();
        if (side == "requests" && resources.Requests.TryGetValue(name, out var request)) return request;
        if (resources.Limits.TryGetValue(name, out var limit)) return limit;
        if (side == "requests") return Quantity.Zero;
        return facts.Pod.Spec.Resources?.Limits.TryGetValue(name, out var ofPod) == true
            ? ofPod : facts.Allocatable.GetValueOrDefault(name);
    }

    private static long InUnits(Quantity amount, Quantity? divisor, bool inThousandths)
    {
        var unit = divisor is { } given && given > Quantity.Zero ? given : Quantity.FromUnits(1);
        var (total, step) = inThousandths ? (amount.MilliValue, unit.MilliValue) : (amount.Value, unit.Value);
        return (total / step) + (total % step > 0 ? 1 : 0);
    }

    private static string? Subscript(string path, string field) =>
        path.StartsWith($"{field}['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal)
            ? path[(field.Length + 2)..^2] : null;

    // As Go quotes strings: key="value", one per line, by key.
    private static string Lines(IReadOnlyDictionary<string, string> map) => string.Join('\n',
        map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={Quoted(pair.Value)}"));

    private static string Quoted(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var c in text)
        {
            result.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }
        return result.Append('"').ToString();
    }
}
