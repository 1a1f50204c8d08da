using System.Text.Json.Serialization;
using Orchestrator.Api.Apps.V1.Validation;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1;

/// <summary>Keeps pods that have a name, a place in the order and storage of their own.</summary>
public sealed record StatefulSet : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<StatefulSet> Kind { get; } = new("apps/v1", "StatefulSet", "statefulsets")
    {
        ShortNames = ["sts"],
        Categories = ["all"],
        Subresources = [Subresource.Status, Subresource.Scale],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<StatefulSet>(),
            new("Ready", "string", (set, _) => $"{set.Status.ReadyReplicas}/{set.Spec.Replicas ?? 1}"),
            Cells.Age<StatefulSet>(),
            new("Containers", "string", (set, _) => Cells.ContainerNames(set.Spec.Template.Spec), IsWide: true),
            new("Images", "string", (set, _) => Cells.Images(set.Spec.Template.Spec), IsWide: true),
        ],
        Default = static set => set with { Spec = Defaulted(set.Spec) },
        PrepareCreate = static set => set with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = StatefulSetValidation.Check,
        NotActedOnYet = "no controller makes the pods of a StatefulSet",
        NotActedOn = PodNotActedOn.Below("spec.template.spec."),
    };

    public StatefulSetSpec Spec { get; init => field = value ?? new(); } = new();
    public StatefulSetStatus Status { get; init => field = value ?? new(); } = new();

    private static StatefulSetSpec Defaulted(StatefulSetSpec spec)
    {
        var strategy = spec.UpdateStrategy;
        if (string.IsNullOrEmpty(strategy.Type))
        {
            strategy = strategy with
            {
                Type = "RollingUpdate",
                RollingUpdate = strategy.RollingUpdate ?? new(),
            };
        }
        if (strategy is { Type: "RollingUpdate", RollingUpdate: { Partition: null } rolling })
        {
            strategy = strategy with { RollingUpdate = rolling with { Partition = 0 } };
        }
        var retention = spec.PersistentVolumeClaimRetentionPolicy
            ?? new StatefulSetPersistentVolumeClaimRetentionPolicy();
        return spec with
        {
            Replicas = spec.Replicas ?? 1,
            PodManagementPolicy = Or(spec.PodManagementPolicy, "OrderedReady"),
            UpdateStrategy = strategy,
            RevisionHistoryLimit = spec.RevisionHistoryLimit ?? 10,
            PersistentVolumeClaimRetentionPolicy = new()
            {
                WhenDeleted = Or(retention.WhenDeleted, "Retain"),
                WhenScaled = Or(retention.WhenScaled, "Retain"),
            },
            Template = PodDefaults.Apply(spec.Template),
            VolumeClaimTemplates = [.. spec.VolumeClaimTemplates.Select(claim => claim.Defaulted())],
        };
    }

    private static string Or(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}

/// <summary>The <c>StatefulSetSpec</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record StatefulSetSpec
{
    public int? Replicas { get; init; }
    public LabelSelector Selector { get; init => field = value ?? new(); } = new();
    public PodTemplateSpec Template { get; init => field = value ?? new(); } = new();
    public IReadOnlyList<VolumeClaimOfSet> VolumeClaimTemplates { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    public string ServiceName { get; init => field = value ?? ""; } = "";
    [OneOf("OrderedReady", "Parallel")]
    public string? PodManagementPolicy { get; init; }
    public StatefulSetUpdateStrategy UpdateStrategy { get; init => field = value ?? new(); } = new();
    public int? RevisionHistoryLimit { get; init; }
    public int MinReadySeconds { get; init; }
    public StatefulSetPersistentVolumeClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; init; }
    public StatefulSetOrdinals? Ordinals { get; init; }
}

/// <summary>The <c>StatefulSetUpdateStrategy</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record StatefulSetUpdateStrategy
{
    [OneOf("RollingUpdate", "OnDelete")]
    public string? Type { get; init; }
    public RollingUpdateStatefulSetStrategy? RollingUpdate { get; init; }
}

/// <summary>The <c>RollingUpdateStatefulSetStrategy</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record RollingUpdateStatefulSetStrategy
{
    public int? Partition { get; init; }
    public IntOrString? MaxUnavailable { get; init; }
}

/// <summary>
/// The <c>StatefulSetPersistentVolumeClaimRetentionPolicy</c> of the Kubernetes apps/v1 schema.
/// </summary>
public sealed record StatefulSetPersistentVolumeClaimRetentionPolicy
{
    public string? WhenDeleted { get; init; }
    public string? WhenScaled { get; init; }
}

/// <summary>The <c>StatefulSetOrdinals</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record StatefulSetOrdinals
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Start { get; init; }
}

/// <summary>The <c>StatefulSetStatus</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record StatefulSetStatus
{
    public long ObservedGeneration { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }
    public int ReadyReplicas { get; init; }
    public int CurrentReplicas { get; init; }
    public int UpdatedReplicas { get; init; }
    public string? CurrentRevision { get; init; }
    public string? UpdateRevision { get; init; }
    public int? CollisionCount { get; init; }
    public IReadOnlyList<StatefulSetCondition> Conditions { get; init => field = value ?? []; } = [];
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int AvailableReplicas { get; init; }
}

/// <summary>The <c>StatefulSetCondition</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record StatefulSetCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
