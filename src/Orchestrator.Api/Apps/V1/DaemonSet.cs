using System.Text.Json.Serialization;
using Orchestrator.Api.Apps.V1.Validation;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Apps.V1;

/// <summary>Keeps one pod on every node that suits it.</summary>
public sealed record DaemonSet : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<DaemonSet> Kind { get; } = new("apps/v1", "DaemonSet", "daemonsets")
    {
        ShortNames = ["ds"],
        Categories = ["all"],
        Subresources = [Subresource.Status],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<DaemonSet>(),
            new("Desired", "integer", (set, _) => set.Status.DesiredNumberScheduled),
            new("Current", "integer", (set, _) => set.Status.CurrentNumberScheduled),
            new("Ready", "integer", (set, _) => set.Status.NumberReady),
            new("Up-to-date", "integer", (set, _) => set.Status.UpdatedNumberScheduled),
            new("Available", "integer", (set, _) => set.Status.NumberAvailable),
            new("Node Selector", "string", (set, _) => Cells.Labels(set.Spec.Template.Spec.NodeSelector)),
            Cells.Age<DaemonSet>(),
            new("Containers", "string", (set, _) => Cells.ContainerNames(set.Spec.Template.Spec), IsWide: true),
            new("Images", "string", (set, _) => Cells.Images(set.Spec.Template.Spec), IsWide: true),
            new("Selector", "string", (set, _) => LabelSelectors.Shown(set.Spec.Selector), IsWide: true),
        ],
        Default = static set => set with
        {
            Spec = set.Spec with
            {
                UpdateStrategy = Defaulted(set.Spec.UpdateStrategy),
                RevisionHistoryLimit = set.Spec.RevisionHistoryLimit ?? 10,
                Template = PodDefaults.Apply(set.Spec.Template),
            },
        },
        PrepareCreate = static set => set with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = DaemonSetValidation.Check,
        NotActedOnYet = "no controller makes the pods of a DaemonSet",
        NotActedOn = PodNotActedOn.Below("spec.template.spec."),
    };

    public DaemonSetSpec Spec { get; init => field = value ?? new(); } = new();
    public DaemonSetStatus Status { get; init => field = value ?? new(); } = new();

    private static DaemonSetUpdateStrategy Defaulted(DaemonSetUpdateStrategy strategy)
    {
        var type = string.IsNullOrEmpty(strategy.Type) ? "RollingUpdate" : strategy.Type;
        if (type != "RollingUpdate") return strategy with { Type = type };
        return new()
        {
            Type = type,
            RollingUpdate = new()
            {
                MaxUnavailable = strategy.RollingUpdate?.MaxUnavailable ?? 1,
                MaxSurge = strategy.RollingUpdate?.MaxSurge ?? 0,
            },
        };
    }
}

/// <summary>The <c>DaemonSetSpec</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DaemonSetSpec
{
    public LabelSelector Selector { get; init => field = value ?? new(); } = new();
    public PodTemplateSpec Template { get; init => field = value ?? new(); } = new();
    public DaemonSetUpdateStrategy UpdateStrategy { get; init => field = value ?? new(); } = new();
    public int MinReadySeconds { get; init; }
    public int? RevisionHistoryLimit { get; init; }
}

/// <summary>The <c>DaemonSetUpdateStrategy</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DaemonSetUpdateStrategy
{
    [OneOf("RollingUpdate", "OnDelete")]
    public string? Type { get; init; }
    public RollingUpdateDaemonSet? RollingUpdate { get; init; }
}

/// <summary>The <c>RollingUpdateDaemonSet</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record RollingUpdateDaemonSet
{
    public IntOrString? MaxUnavailable { get; init; }
    public IntOrString? MaxSurge { get; init; }
}

/// <summary>The <c>DaemonSetStatus</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DaemonSetStatus
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int CurrentNumberScheduled { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int NumberMisscheduled { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int DesiredNumberScheduled { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int NumberReady { get; init; }
    public long ObservedGeneration { get; init; }
    public int UpdatedNumberScheduled { get; init; }
    public int NumberAvailable { get; init; }
    public int NumberUnavailable { get; init; }
    public int? CollisionCount { get; init; }
    public IReadOnlyList<DaemonSetCondition> Conditions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>DaemonSetCondition</c> of the Kubernetes apps/v1 schema.</summary>
public sealed record DaemonSetCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
