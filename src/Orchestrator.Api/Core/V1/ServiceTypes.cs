namespace Orchestrator.Api.Core.V1;

/// <summary>The types of services, and which of the cluster's resources each needs.</summary>
public static class ServiceTypes
{
    public const string ClusterIP = "ClusterIP";
    public const string NodePort = "NodePort";
    public const string LoadBalancer = "LoadBalancer";
    public const string ExternalName = "ExternalName";

    /// <summary>What stands for an address that is not wanted.</summary>
    public const string NoAddress = "None";

    /// <summary>Services of the type have an address in the cluster, or say that they want none.</summary>
    public static bool HasClusterIP(string? type) => type is ClusterIP or NodePort or LoadBalancer;

    /// <summary>The service has a port on every node.</summary>
    public static bool HasNodePorts(ServiceSpec spec) =>
        spec.Type == NodePort || (spec.Type == LoadBalancer && spec.AllocateLoadBalancerNodePorts != false);

    /// <summary>A load balancer asks each node whether it has a pod of the service.</summary>
    public static bool HasHealthCheck(ServiceSpec spec) =>
        spec is { Type: LoadBalancer, ExternalTrafficPolicy: "Local" };

    /// <summary>Packets reach the service from outside of the cluster.</summary>
    public static bool IsExternallyAccessible(ServiceSpec spec) =>
        spec.Type is NodePort or LoadBalancer || (spec.Type == ClusterIP && spec.ExternalIPs.Count > 0);

    /// <summary>The service wants no address of its own: its name stands for its pods.</summary>
    public static bool IsHeadless(ServiceSpec spec) => spec.ClusterIPs is [NoAddress];
}
