using System.Text.Json.Serialization;
using Orchestrator.Api.Apps.V1.Validation;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Apps.V1;

/// <summary>Keeps a stated number of identical pods alive.</summary>
public sealed record ReplicaSet : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ReplicaSet> Kind { get; } = new("apps/v1", "ReplicaSet", "replicasets")
    {
        ShortNames = ["rs"],
        Categories = ["all"],
        Subresources = [Subresource.Status, Subresource.Scale],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<ReplicaSet>(),
            new("Desired", "integer", (rs, _) => rs.Spec.Replicas ?? 1),
            new("Current", "integer", (rs, _) => rs.Status.Replicas),
            new("Ready", "integer", (rs, _) => rs.Status.ReadyReplicas),
            Cells.Age<ReplicaSet>(),
            new("Containers", "string", (rs, _) => Cells.ContainerNames(rs.Spec.Template.Spec), IsWide: true),
            new("Images", "string", (rs, _) => Cells.Images(rs.Spec.Template.Spec), IsWide: true),
            new("Selector", "string", (rs, _) => LabelSelectors.Shown(rs.Spec.Selector), IsWide: true),
        ],
        Fields = new Dictionary<string, Func<ReplicaSet, string>>
        {
            ["status.replicas"] = rs => rs.Status.Replicas.ToString(),
        },
        Default = static rs => rs with
        {
            Spec = rs.Spec with { Replicas = rs.Spec.Replicas ?? 1, Template = PodDefaults.Apply(rs.Spec.Template) },
        },
        PrepareCreate = static rs => rs with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = ReplicaSetValidation.Check,
        NotActedOn = PodNotActedOn.Below("spec.template.spec."),
    };

    public ReplicaSetSpec Spec { get; init => field = value ?? new(); } = new();
    public ReplicaSetStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ReplicaSetSpec</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record ReplicaSetSpec
{
    public int? Replicas { get; init; }
    public int MinReadySeconds { get; init; }
    public LabelSelector Selector { get; init => field = value ?? new(); } = new();
    public PodTemplateSpec Template { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ReplicaSetStatus</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record ReplicaSetStatus
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }
    public int FullyLabeledReplicas { get; init; }
    public int ReadyReplicas { get; init; }
    public int AvailableReplicas { get; init; }
    public int? TerminatingReplicas { get; init; }
    public long ObservedGeneration { get; init; }
    public IReadOnlyList<ReplicaSetCondition> Conditions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>ReplicaSetCondition</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record ReplicaSetCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
