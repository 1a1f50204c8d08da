using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>One stable address in front of the pods that a selector names.</summary>
public sealed record Service : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Service> Kind { get; } = new("v1", "Service", "services")
    {
        ShortNames = ["svc"],
        Categories = ["all"],
        NameRule = NameRules.Dns1035Label,
        Subresources = [Subresource.Status],
        PutCreates = true,
        Columns = ServiceColumns.All,
        Fields = new Dictionary<string, Func<Service, string>>
        {
            ["spec.clusterIP"] = service => service.Spec.ClusterIP ?? "",
            ["spec.type"] = service => service.Spec.Type ?? "",
        },
        Default = ServiceDefaults.Apply,
        PrepareCreate = static service => service with { Status = new() },
        PrepareUpdate = ServiceUpdates.Prepare,
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = ServiceValidation.Check,
        NotActedOnYet = "Services get an address, but nothing routes to it in this release",
    };

    public ServiceSpec Spec { get; init => field = value ?? new(); } = new();
    public ServiceStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ServiceSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ServiceSpec
{
    public IReadOnlyList<ServicePort> Ports { get; init => field = value ?? []; } = [];
    public IReadOnlyDictionary<string, string> Selector { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public string? ClusterIP { get; init; }
    public IReadOnlyList<string> ClusterIPs { get; init => field = value ?? []; } = [];
    [OneOf(ServiceTypes.ClusterIP, ServiceTypes.ExternalName, ServiceTypes.LoadBalancer, ServiceTypes.NodePort)]
    public string? Type { get; init; }
    public IReadOnlyList<string> ExternalIPs { get; init => field = value ?? []; } = [];
    [OneOf("ClientIP", "None")]
    public string? SessionAffinity { get; init; }
    public string? LoadBalancerIP { get; init; }
    public IReadOnlyList<string> LoadBalancerSourceRanges { get; init => field = value ?? []; } = [];
    public string? ExternalName { get; init; }
    [OneOf("Cluster", "Local")]
    public string? ExternalTrafficPolicy { get; init; }
    public int HealthCheckNodePort { get; init; }
    public bool PublishNotReadyAddresses { get; init; }
    public SessionAffinityConfig? SessionAffinityConfig { get; init; }
    [OneOf("IPv4", "IPv6")]
    public IReadOnlyList<string> IpFamilies { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    [OneOf("PreferDualStack", "RequireDualStack", "SingleStack")]
    public string? IpFamilyPolicy { get; init; }
    public bool? AllocateLoadBalancerNodePorts { get; init; }
    [KeepEmpty]
    public string? LoadBalancerClass { get; init; }
    [KeepEmpty]
    [OneOf("Cluster", "Local")]
    public string? InternalTrafficPolicy { get; init; }
    [KeepEmpty]
    public string? TrafficDistribution { get; init; }
}

/// <summary>The <c>ServicePort</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ServicePort
{
    public string? Name { get; init; }
    [OneOf("SCTP", "TCP", "UDP")]
    public string? Protocol { get; init; }
    [KeepEmpty]
    public string? AppProtocol { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }
    public IntOrString? TargetPort { get; init; }
    public int NodePort { get; init; }
}

/// <summary>The <c>SessionAffinityConfig</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SessionAffinityConfig
{
    [JsonPropertyName("clientIP")]
    public ClientIPConfig? ClientIp { get; init; }
}

/// <summary>The <c>ClientIPConfig</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ClientIPConfig
{
    public int? TimeoutSeconds { get; init; }
}

/// <summary>The <c>ServiceStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ServiceStatus
{
    public LoadBalancerStatus LoadBalancer { get; init => field = value ?? new(); } = new();
    public IReadOnlyList<Condition> Conditions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>LoadBalancerStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LoadBalancerStatus
{
    public IReadOnlyList<LoadBalancerIngress> Ingress { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>LoadBalancerIngress</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LoadBalancerIngress
{
    public string? Ip { get; init; }
    public string? Hostname { get; init; }
    [KeepEmpty]
    public string? IpMode { get; init; }
    public IReadOnlyList<PortStatus> Ports { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>PortStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PortStatus
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }
    [KeepEmpty]
    public string Protocol { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string? Error { get; init; }
}
