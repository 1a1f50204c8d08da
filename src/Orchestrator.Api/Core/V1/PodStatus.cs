using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What is known of a pod: phase, conditions, addresses and its containers.</summary>
public sealed record PodStatus
{
    [OneOf("Failed", "Pending", "Running", "Succeeded", "Unknown")]
    public string? Phase { get; init; }
    public IReadOnlyList<PodCondition> Conditions { get; init => field = value ?? []; } = [];
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public string? HostIP { get; init; }
    public string? PodIP { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public IReadOnlyList<ContainerStatus> ContainerStatuses { get; init => field = value ?? []; } = [];
    [OneOf("BestEffort", "Burstable", "Guaranteed")]
    public string? QosClass { get; init; }
    public IReadOnlyList<ContainerStatus> InitContainerStatuses { get; init => field = value ?? []; } = [];
    public string? NominatedNodeName { get; init; }
    public IReadOnlyList<PodIP> PodIPs { get; init => field = value ?? []; } = [];
    public IReadOnlyList<ContainerStatus> EphemeralContainerStatuses { get; init => field = value ?? []; } = [];
    public string? Resize { get; init; }
    public IReadOnlyList<PodResourceClaimStatus> ResourceClaimStatuses { get; init => field = value ?? []; } = [];
    public IReadOnlyList<HostIP> HostIPs { get; init => field = value ?? []; } = [];
    public long ObservedGeneration { get; init; }
}

/// <summary>The <c>PodCondition</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastProbeTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public long ObservedGeneration { get; init; }
}

/// <summary>The <c>PodIP</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodIP
{
    public string? Ip { get; init; }
}

/// <summary>The <c>HostIP</c> of the Kubernetes core/v1 schema.</summary>
public sealed record HostIP
{
    public string? Ip { get; init; }
}

/// <summary>The <c>PodResourceClaimStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodResourceClaimStatus
{
    public string? Name { get; init; }
    [KeepEmpty]
    public string? ResourceClaimName { get; init; }
}

/// <summary>The <c>ContainerStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerStatus
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public ContainerState? State { get; init; }
    public ContainerState? LastState { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Ready { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int RestartCount { get; init; }
    [KeepEmpty]
    public string Image { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string ImageID { get; init => field = value ?? ""; } = "";
    public string? ContainerID { get; init; }
    public bool? Started { get; init; }
    public IReadOnlyDictionary<string, Quantity> AllocatedResources
    {
        get; init => field = value ?? Map<Quantity>.Empty;
    } = Map<Quantity>.Empty;
    public ResourceRequirements? Resources { get; init; }
    public IReadOnlyList<VolumeMountStatus> VolumeMounts { get; init => field = value ?? []; } = [];
    public ContainerUser? User { get; init; }
    public IReadOnlyList<ResourceStatus> AllocatedResourcesStatus { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    public string? StopSignal { get; init; }
}

/// <summary>The <c>ContainerState</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerState
{
    public ContainerStateWaiting? Waiting { get; init; }
    public ContainerStateRunning? Running { get; init; }
    public ContainerStateTerminated? Terminated { get; init; }
}

/// <summary>The <c>ContainerStateRunning</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerStateRunning
{
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>The <c>ContainerStateTerminated</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerStateTerminated
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int ExitCode { get; init; }
    public int Signal { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public string? ContainerID { get; init; }
}

/// <summary>The <c>ContainerStateWaiting</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerStateWaiting
{
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary>The <c>ContainerUser</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerUser
{
    public LinuxContainerUser? Linux { get; init; }
}

/// <summary>The <c>LinuxContainerUser</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LinuxContainerUser
{
    public long Uid { get; init; }
    public long Gid { get; init; }
    public IReadOnlyList<long> SupplementalGroups { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>ResourceHealth</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ResourceHealth
{
    public string? ResourceID { get; init; }
    public string? Health { get; init; }
}

/// <summary>The <c>ResourceStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ResourceStatus
{
    public string? Name { get; init; }
    public IReadOnlyList<ResourceHealth> Resources { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>VolumeMountStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VolumeMountStatus
{
    public string? Name { get; init; }
    public string? MountPath { get; init; }
    public bool ReadOnly { get; init; }
    [KeepEmpty]
    public string? RecursiveReadOnly { get; init; }
}
