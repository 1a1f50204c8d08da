using Orchestrator.Api.Apps.V1.Validation;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Apps.V1;

/// <summary>Rolls a ReplicaSet over to a new pod template within stated bounds.</summary>
public sealed record Deployment : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Deployment> Kind { get; } = new("apps/v1", "Deployment", "deployments")
    {
        ShortNames = ["deploy"],
        Categories = ["all"],
        Subresources = [Subresource.Status, Subresource.Scale],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<Deployment>(),
            new("Ready", "string", (d, _) => $"{d.Status.ReadyReplicas}/{d.Spec.Replicas ?? 1}"),
            new("Up-to-date", "integer", (d, _) => d.Status.UpdatedReplicas),
            new("Available", "integer", (d, _) => d.Status.AvailableReplicas),
            Cells.Age<Deployment>(),
            new("Containers", "string", (d, _) => Cells.ContainerNames(d.Spec.Template.Spec), IsWide: true),
            new("Images", "string", (d, _) => Cells.Images(d.Spec.Template.Spec), IsWide: true),
            new("Selector", "string", (d, _) => LabelSelectors.Shown(d.Spec.Selector), IsWide: true),
        ],
        Default = static d => d with
        {
            Spec = d.Spec with
            {
                Replicas = d.Spec.Replicas ?? 1,
                Strategy = Defaulted(d.Spec.Strategy ?? new DeploymentStrategy()),
                RevisionHistoryLimit = d.Spec.RevisionHistoryLimit ?? 10,
                ProgressDeadlineSeconds = d.Spec.ProgressDeadlineSeconds ?? 600,
                Template = PodDefaults.Apply(d.Spec.Template),
            },
        },
        PrepareCreate = static d => d with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = DeploymentValidation.Check,
        NotActedOn = PodNotActedOn.Below("spec.template.spec."),
    };

    public DeploymentSpec Spec { get; init => field = value ?? new(); } = new();
    public DeploymentStatus Status { get; init => field = value ?? new(); } = new();

    private static DeploymentStrategy Defaulted(DeploymentStrategy strategy)
    {
        var type = string.IsNullOrEmpty(strategy.Type) ? "RollingUpdate" : strategy.Type;
        if (type != "RollingUpdate") return strategy with { Type = type };
        return strategy with
        {
            Type = type,
            RollingUpdate = new()
            {
                MaxUnavailable = strategy.RollingUpdate?.MaxUnavailable ?? "25%",
                MaxSurge = strategy.RollingUpdate?.MaxSurge ?? "25%",
            },
        };
    }
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
    [OneOf("Recreate", "RollingUpdate")]
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
