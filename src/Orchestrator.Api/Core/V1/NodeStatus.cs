using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>NodeSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeSpec
{
    public string? PodCIDR { get; init; }
    public IReadOnlyList<string> PodCIDRs { get; init => field = value ?? []; } = [];
    public string? ProviderID { get; init; }
    public bool Unschedulable { get; init; }
    public IReadOnlyList<Taint> Taints { get; init => field = value ?? []; } = [];
    public JsonElement? ConfigSource { get; init; }
    public string? ExternalID { get; init; }
}

/// <summary>The <c>Taint</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Taint
{
    [KeepEmpty]
    public string Key { get; init => field = value ?? ""; } = "";
    public string? Value { get; init; }
    [KeepEmpty]
    [OneOf("NoSchedule", "PreferNoSchedule", "NoExecute")]
    public string Effect { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? TimeAdded { get; init; }
}

/// <summary>The <c>NodeStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeStatus
{
    public IReadOnlyDictionary<string, Quantity> Capacity { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> Allocatable { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public string? Phase { get; init; }
    public IReadOnlyList<NodeCondition> Conditions { get; init => field = value ?? []; } = [];
    public IReadOnlyList<NodeAddress> Addresses { get; init => field = value ?? []; } = [];
    public NodeDaemonEndpoints? DaemonEndpoints { get; init; }
    public NodeSystemInfo? NodeInfo { get; init; }
    public IReadOnlyList<ContainerImage> Images { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> VolumesInUse { get; init => field = value ?? []; } = [];
    public IReadOnlyList<AttachedVolume> VolumesAttached { get; init => field = value ?? []; } = [];
    public IReadOnlyList<JsonElement> RuntimeHandlers { get; init => field = value ?? []; } = [];
    public JsonElement? Features { get; init; }
}

/// <summary>The <c>NodeCondition</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastHeartbeatTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary>The <c>NodeAddress</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeAddress
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Address { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>NodeDaemonEndpoints</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeDaemonEndpoints
{
    public DaemonEndpoint? KubeletEndpoint { get; init; }
}

/// <summary>The <c>DaemonEndpoint</c> of the Kubernetes core/v1 schema.</summary>
public sealed record DaemonEndpoint
{
    [JsonPropertyName("Port")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }
}

/// <summary>The <c>NodeSystemInfo</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeSystemInfo
{
    [KeepEmpty]
    public string MachineID { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string SystemUUID { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string BootID { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string KernelVersion { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string OsImage { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string ContainerRuntimeVersion { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string KubeletVersion { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string KubeProxyVersion { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string OperatingSystem { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Architecture { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>ContainerImage</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerImage
{
    public IReadOnlyList<string> Names { get; init => field = value ?? []; } = [];
    public long SizeBytes { get; init; }
}

/// <summary>The <c>AttachedVolume</c> of the Kubernetes core/v1 schema.</summary>
public sealed record AttachedVolume
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string DevicePath { get; init => field = value ?? ""; } = "";
}
