using Orchestrator.Api.Core.V1.Printing;

namespace Orchestrator.Api.Networking.V1.Printing;

/// <summary>The cells of an Ingress that are gathered from lists.</summary>
internal static class IngressRow
{
    private const int ShownMax = 3;

    public static string Hosts(Ingress ingress)
    {
        var hosts = ingress.Spec.Rules.Select(rule => rule.Host ?? "").Where(host => host.Length > 0);
        return Cells.First(hosts, ShownMax) is { Length: > 0 } shown ? shown : "*";
    }

    public static string Addresses(Ingress ingress) => string.Join(",", ingress.Status.LoadBalancer.Ingress
        .Select(point => string.IsNullOrEmpty(point.Ip) ? point.Hostname ?? "" : point.Ip)
        .Where(text => text.Length > 0).Distinct());
}
