namespace Orchestrator.Api.Core.V1;

/// <summary>
/// What a replacement of a service keeps of what was given out: a manifest without addresses and node ports is a whole
/// update, and a type that has no use for them lets them go.
/// </summary>
internal static class ServiceUpdates
{
    public static Service Prepare(Service sent, Service stored)
    {
        var type = string.IsNullOrEmpty(sent.Spec.Type) ? ServiceTypes.ClusterIP : sent.Spec.Type;
        var next = WithoutUseless(Carried(sent.Spec with { Type = type }, stored.Spec), stored.Spec);
        return sent with { Spec = Normalized(next, stored.Spec), Status = StatusOf(next, stored) };
    }

    private static ServiceSpec Carried(ServiceSpec next, ServiceSpec old)
    {
        if (ServiceTypes.HasClusterIP(old.Type) && ServiceTypes.HasClusterIP(next.Type))
        {
            if (string.IsNullOrEmpty(next.ClusterIP)) next = next with { ClusterIP = old.ClusterIP };
            if (next.ClusterIPs.Count == 0 && next.ClusterIP == old.ClusterIP)
                next = next with { ClusterIPs = old.ClusterIPs };
            next = next with
            {
                IpFamilyPolicy = next.IpFamilyPolicy ?? old.IpFamilyPolicy,
                IpFamilies = next.IpFamilies.Count == 0 ? old.IpFamilies : next.IpFamilies,
            };
        }
        if (HasPorts(old) && HasPorts(next)) next = next with { Ports = WithNodePorts(next.Ports, old.Ports) };
        if (ServiceTypes.HasHealthCheck(old) && ServiceTypes.HasHealthCheck(next) && next.HealthCheckNodePort == 0)
            next = next with { HealthCheckNodePort = old.HealthCheckNodePort };
        return next;
    }

    // A node port follows the port and protocol it was given to, unless the update gives it to another.
    private static IReadOnlyList<ServicePort> WithNodePorts(
        IReadOnlyList<ServicePort> next, IReadOnlyList<ServicePort> old)
    {
        var known = old.Where(port => port.NodePort != 0)
            .ToLookup(port => (port.Protocol, port.Port), port => port.NodePort);
        var said = next.Where(port => port.NodePort != 0).Select(port => port.NodePort).ToHashSet();
        return [.. next.Select(port =>
        {
            if (port.NodePort != 0) return port;
            var before = known[(string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol, port.Port)]
                .FirstOrDefault();
            return before == 0 || said.Contains(before) ? port : port with { NodePort = before };
        })];
    }

    // What the user has not changed goes with the type that needed it; what he has is his, and checked.
    private static ServiceSpec WithoutUseless(ServiceSpec next, ServiceSpec old)
    {
        if (ServiceTypes.HasClusterIP(old.Type) && !ServiceTypes.HasClusterIP(next.Type))
        {
            if ((next.ClusterIP ?? "") == (old.ClusterIP ?? "") && next.ClusterIPs.SequenceEqual(old.ClusterIPs))
                next = next with { ClusterIP = null, ClusterIPs = [] };
            if (next.IpFamilies.SequenceEqual(old.IpFamilies)) next = next with { IpFamilies = [] };
            if (next.IpFamilyPolicy == old.IpFamilyPolicy) next = next with { IpFamilyPolicy = null };
        }
        if (HasPorts(old) && !HasPorts(next) && SameNodePorts(next, old))
            next = next with { Ports = [.. next.Ports.Select(port => port with { NodePort = 0 })] };
        if (ServiceTypes.HasHealthCheck(old) && !ServiceTypes.HasHealthCheck(next)
            && next.HealthCheckNodePort == old.HealthCheckNodePort)
        {
            next = next with { HealthCheckNodePort = 0 };
        }
        if (ServiceTypes.IsExternallyAccessible(old) && !ServiceTypes.IsExternallyAccessible(next)
            && next.ExternalTrafficPolicy == old.ExternalTrafficPolicy)
        {
            next = next with { ExternalTrafficPolicy = null };
        }
        if (old.Type != ServiceTypes.LoadBalancer || next.Type == ServiceTypes.LoadBalancer) return next;
        if (next.AllocateLoadBalancerNodePorts == old.AllocateLoadBalancerNodePorts)
            next = next with { AllocateLoadBalancerNodePorts = null };
        return next.LoadBalancerClass == old.LoadBalancerClass ? next with { LoadBalancerClass = null } : next;
    }

    // The older field and the first entry of the newer one say the same; whichever was changed decides.
    private static ServiceSpec Normalized(ServiceSpec next, ServiceSpec old)
    {
        var isSameList = next.ClusterIPs.SequenceEqual(old.ClusterIPs);
        if ((next.ClusterIP ?? "") == (old.ClusterIP ?? "") || !isSameList) return next;
        return next with { ClusterIPs = string.IsNullOrEmpty(next.ClusterIP) ? [] : [next.ClusterIP] };
    }

    private static ServiceStatus StatusOf(ServiceSpec next, Service stored) =>
        stored.Spec.Type == ServiceTypes.LoadBalancer && next.Type != ServiceTypes.LoadBalancer
            ? stored.Status with { LoadBalancer = new() }
            : stored.Status;

    private static bool HasPorts(ServiceSpec spec) => spec.Type is ServiceTypes.NodePort or ServiceTypes.LoadBalancer;

    private static bool SameNodePorts(ServiceSpec next, ServiceSpec old) =>
        next.Ports.Select(port => port.NodePort).Where(port => port != 0).ToHashSet()
            .IsSubsetOf(old.Ports.Select(port => port.NodePort));
}
