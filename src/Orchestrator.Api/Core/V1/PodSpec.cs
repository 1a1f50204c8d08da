using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What a pod shall be: its containers, volumes and where it may run.</summary>
public sealed record PodSpec
{
    public IReadOnlyList<Volume> Volumes { get; init => field = value ?? []; } = [];
    public IReadOnlyList<Container> Containers { get; init => field = value ?? []; } = [];
    [OneOf("Always", "OnFailure", "Never")]
    public string? RestartPolicy { get; init; }
    public long? TerminationGracePeriodSeconds { get; init; }
    public long? ActiveDeadlineSeconds { get; init; }
    [OneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")]
    public string? DnsPolicy { get; init; }
    public IReadOnlyDictionary<string, string> NodeSelector { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public string? ServiceAccountName { get; init; }
    public string? ServiceAccount { get; init; }
    public string? NodeName { get; init; }
    public bool HostNetwork { get; init; }
    public bool HostPID { get; init; }
    public bool HostIPC { get; init; }
    public PodSecurityContext? SecurityContext { get; init; }
    public IReadOnlyList<LocalObjectReference> ImagePullSecrets { get; init => field = value ?? []; } = [];
    public string? Hostname { get; init; }
    public string? Subdomain { get; init; }
    public Affinity? Affinity { get; init; }
    public string? SchedulerName { get; init; }
    public IReadOnlyList<Container> InitContainers { get; init => field = value ?? []; } = [];
    public bool? AutomountServiceAccountToken { get; init; }
    public IReadOnlyList<Toleration> Tolerations { get; init => field = value ?? []; } = [];
    public IReadOnlyList<HostAlias> HostAliases { get; init => field = value ?? []; } = [];
    public string? PriorityClassName { get; init; }
    public int? Priority { get; init; }
    public PodDNSConfig? DnsConfig { get; init; }
    public bool? ShareProcessNamespace { get; init; }
    public IReadOnlyList<PodReadinessGate> ReadinessGates { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    public string? RuntimeClassName { get; init; }
    public bool? EnableServiceLinks { get; init; }
    [KeepEmpty]
    [OneOf("PreemptLowerPriority", "Never")]
    public string? PreemptionPolicy { get; init; }
    public IReadOnlyDictionary<string, Quantity> Overhead { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyList<TopologySpreadConstraint> TopologySpreadConstraints { get; init => field = value ?? []; } = [];
    public IReadOnlyList<EphemeralContainer> EphemeralContainers { get; init => field = value ?? []; } = [];
    public bool? SetHostnameAsFQDN { get; init; }
    public PodOS? Os { get; init; }
    public bool? HostUsers { get; init; }
    public IReadOnlyList<PodSchedulingGate> SchedulingGates { get; init => field = value ?? []; } = [];
    public IReadOnlyList<PodResourceClaim> ResourceClaims { get; init => field = value ?? []; } = [];
    public ResourceRequirements? Resources { get; init; }
}

/// <summary>The <c>HostAlias</c> of the Kubernetes core/v1 schema.</summary>
public sealed record HostAlias
{
    public string? Ip { get; init; }
    public IReadOnlyList<string> Hostnames { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>PodDNSConfig</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodDNSConfig
{
    public IReadOnlyList<string> Nameservers { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Searches { get; init => field = value ?? []; } = [];
    public IReadOnlyList<PodDNSConfigOption> Options { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>PodDNSConfigOption</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodDNSConfigOption
{
    public string? Name { get; init; }
    [KeepEmpty]
    public string? Value { get; init; }
}

/// <summary>The <c>PodOS</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodOS
{
    public string? Name { get; init; }
}

/// <summary>The <c>PodReadinessGate</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodReadinessGate
{
    [KeepEmpty]
    public string ConditionType { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>PodResourceClaim</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodResourceClaim
{
    public string? Name { get; init; }
    [KeepEmpty]
    public string? ResourceClaimName { get; init; }
    [KeepEmpty]
    public string? ResourceClaimTemplateName { get; init; }
}

/// <summary>The <c>PodSchedulingGate</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodSchedulingGate
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>PodTemplateSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodTemplateSpec
{
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();
    public PodSpec Spec { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>LocalObjectReference</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LocalObjectReference
{
    public string? Name { get; init; }
}

/// <summary>The <c>Toleration</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Toleration
{
    public string? Key { get; init; }
    [OneOf("Equal", "Exists")]
    public string? Operator { get; init; }
    public string? Value { get; init; }
    [OneOf("NoSchedule", "PreferNoSchedule", "NoExecute")]
    public string? Effect { get; init; }
    public long? TolerationSeconds { get; init; }
}

/// <summary>The <c>TopologySpreadConstraint</c> of the Kubernetes core/v1 schema.</summary>
public sealed record TopologySpreadConstraint
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int MaxSkew { get; init; }
    [KeepEmpty]
    public string TopologyKey { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    [OneOf("DoNotSchedule", "ScheduleAnyway")]
    public string WhenUnsatisfiable { get; init => field = value ?? ""; } = "";
    public LabelSelector? LabelSelector { get; init; }
    public int? MinDomains { get; init; }
    [KeepEmpty]
    [OneOf("Honor", "Ignore")]
    public string? NodeAffinityPolicy { get; init; }
    [KeepEmpty]
    [OneOf("Honor", "Ignore")]
    public string? NodeTaintsPolicy { get; init; }
    public IReadOnlyList<string> MatchLabelKeys { get; init => field = value ?? []; } = [];
}
