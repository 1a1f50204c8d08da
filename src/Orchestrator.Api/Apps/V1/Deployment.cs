using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1;

/// <summary>Rolls a ReplicaSet over to a new pod template within stated bounds.</summary>
public sealed record Deployment : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Deployment> Kind { get; } = new("apps/v1", "Deployment", "deployments");

    public DeploymentSpec Spec { get; init => field = value ?? new(); } = new();
    public DeploymentStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>DeploymentSpec</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DeploymentSpec
{
    public int? Replicas { get; init; }
    public LabelSelector Selector { get; init => field = value ?? new(); } = new();
    public PodTemplateSpec Template { get; init => field = value ?? new(); } = new();
    public DeploymentStrategy? Strategy { get; init; }
    public int MinReadySeconds { get; init; }
    public int? RevisionHistoryLimit { get; init; }
    public bool Paused { get; init; }
    public int? ProgressDeadlineSeconds { get; init; }
}

/// <summary>The <c>DeploymentStrategy</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DeploymentStrategy
{
    public string? Type { get; init; }
    public RollingUpdateDeployment? RollingUpdate { get; init; }
}

/// <summary>The <c>RollingUpdateDeployment</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record RollingUpdateDeployment
{
    public IntOrString? MaxUnavailable { get; init; }
    public IntOrString? MaxSurge { get; init; }
}

/// <summary>The <c>DeploymentStatus</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DeploymentStatus
{
    public long ObservedGeneration { get; init; }
    public int Replicas { get; init; }
    public int UpdatedReplicas { get; init; }
    public int AvailableReplicas { get; init; }
    public int UnavailableReplicas { get; init; }
    public IReadOnlyList<DeploymentCondition> Conditions { get; init => field = value ?? []; } = [];
    public int ReadyReplicas { get; init; }
    public int? CollisionCount { get; init; }
}

/// <summary>The <c>DeploymentCondition</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DeploymentCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? LastUpdateTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
}
