using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Defaults;

/// <summary>
/// What a service gets where the user says nothing, but for what must be unique in the cluster: addresses and node
/// ports are given out elsewhere. Doing it twice changes nothing.
/// </summary>
internal static class ServiceDefaults
{
    private const int AffinitySeconds = 10800;

    public static Service Apply(Service service)
    {
        var spec = service.Spec;
        var type = Or(spec.Type, ServiceTypes.ClusterIP);
        var affinity = Or(spec.SessionAffinity, "None");
        spec = spec with
        {
            Type = type,
            SessionAffinity = affinity,
            SessionAffinityConfig = affinity == "None" ? null : WithTimeout(affinity, spec.SessionAffinityConfig),
            Ports = [.. spec.Ports.Select(Apply)],
            ClusterIPs = spec is { ClusterIPs.Count: 0, ClusterIP.Length: > 0 } ? [spec.ClusterIP] : spec.ClusterIPs,
            InternalTrafficPolicy =
                ServiceTypes.HasClusterIP(type) ? spec.InternalTrafficPolicy ?? "Cluster" : spec.InternalTrafficPolicy,
            AllocateLoadBalancerNodePorts = type == ServiceTypes.LoadBalancer
                ? spec.AllocateLoadBalancerNodePorts ?? true
                : spec.AllocateLoadBalancerNodePorts,
        };
        if (ServiceTypes.IsExternallyAccessible(spec))
            spec = spec with { ExternalTrafficPolicy = Or(spec.ExternalTrafficPolicy, "Cluster") };
        return service with
        {
            Spec = ServiceTypes.HasClusterIP(type) ? WithFamilies(spec) : spec,
            Status = WithModes(service.Status),
        };
    }

    private static ServicePort Apply(ServicePort port) => port with
    {
        Protocol = Or(port.Protocol, "TCP"),
        TargetPort = port.TargetPort is null or { Number: 0 } or { Text: "" } ? port.Port : port.TargetPort,
    };

    private static SessionAffinityConfig? WithTimeout(string affinity, SessionAffinityConfig? config) =>
        affinity == "ClientIP"
            ? new() { ClientIp = new() { TimeoutSeconds = config?.ClientIp?.TimeoutSeconds ?? AffinitySeconds } }
            : config;

    // The cluster has one family. Only a service without selector and address may say that it stands for both: whoever
    // writes its endpoints knows.
    private static ServiceSpec WithFamilies(ServiceSpec spec)
    {
        var isOpen = ServiceTypes.IsHeadless(spec) && spec.Selector.Count == 0;
        var policy = spec.IpFamilyPolicy ?? (isOpen ? "RequireDualStack" : "SingleStack");
        IReadOnlyList<string> families = spec.IpFamilies.Count == 0 ? ["IPv4"] : spec.IpFamilies;
        if (isOpen && families.Count == 1 && policy != "SingleStack")
            families = [families[0], families[0] == "IPv4" ? "IPv6" : "IPv4"];
        return spec with { IpFamilyPolicy = policy, IpFamilies = families };
    }

    private static ServiceStatus WithModes(ServiceStatus status) => status.LoadBalancer.Ingress.Count == 0
        ? status
        : status with
        {
            LoadBalancer = new()
            {
                Ingress = [.. status.LoadBalancer.Ingress.Select(ingress => string.IsNullOrEmpty(ingress.Ip)
                    ? ingress
                    : ingress with { IpMode = ingress.IpMode ?? "VIP" })],
            },
        };

    private static string Or(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
