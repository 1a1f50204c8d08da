using System.Text;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>Pods that cannot be told apart when placing them; what is reckoned for one holds for all.</summary>
internal sealed record PodClass(
    string Key, PodSpec Spec, ResourceAmounts Requests, IReadOnlyList<HostPort> Ports, string Owner,
    VolumeDemand Volumes)
{
    public static PodClass Of(Pod pod, VolumeDemand volumes)
    {
        var (requests, ports, spec) = (PodRequests.Of(pod), PodRequests.HostPorts(pod), pod.Spec);
        var owner = Owners.ControllerOf(pod)?.Uid ?? "";
        var key = new StringBuilder(owner).Append('|').Append(requests.MilliCpu).Append('|').Append(requests.Memory)
            .Append('|').Append(requests.EphemeralStorage).Append('|').Append(spec.PreemptionPolicy);
        foreach (var (name, amount) in requests.Extended) key.Append('|').Append(name).Append('=').Append(amount);
        foreach (var port in ports) key.Append("|p").Append(port.Port).Append(port.Protocol).Append(port.Ip);
        foreach (var (name, value) in spec.NodeSelector.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            key.Append("|s").Append(name).Append('=').Append(value);
        }
        foreach (var toleration in spec.Tolerations)
        {
            key.Append("|t").Append(toleration.Key).Append(' ').Append(toleration.Operator).Append(' ')
                .Append(toleration.Value).Append(' ').Append(toleration.Effect);
        }
        if (spec.Affinity?.NodeAffinity is { } affinity)
        {
            key.Append("|a").Append(JsonSerializer.Serialize(affinity, ApiJson.TypeInfo(typeof(NodeAffinity))));
        }
        key.Append(volumes.Key);
        return new(key.ToString(), spec, requests, ports, owner, volumes);
    }
}
