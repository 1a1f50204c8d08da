using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>Keeps a stated number of identical pods alive; ReplicaSets are its successors.</summary>
public sealed record ReplicationController : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ReplicationController> Kind { get; } =
        new("v1", "ReplicationController", "replicationcontrollers")
        {
            ShortNames = ["rc"],
            Categories = ["all"],
            Subresources = [Subresource.Status, Subresource.Scale],
            HasGeneration = true,
            DefaultPropagation = "Orphan",
            Columns =
            [
                Cells.Name<ReplicationController>(),
                new("Desired", "integer", (rc, _) => rc.Spec.Replicas ?? 1),
                new("Current", "integer", (rc, _) => rc.Status.Replicas),
                new("Ready", "integer", (rc, _) => rc.Status.ReadyReplicas),
                Cells.Age<ReplicationController>(),
                new("Containers", "string", (rc, _) => Cells.ContainerNames(Pods(rc)), IsWide: true),
                new("Images", "string", (rc, _) => Cells.Images(Pods(rc)), IsWide: true),
                new("Selector", "string", (rc, _) => Cells.Labels(rc.Spec.Selector), IsWide: true),
            ],
            Fields = new Dictionary<string, Func<ReplicationController, string>>
            {
                ["status.replicas"] = rc => rc.Status.Replicas.ToString(),
            },
            Default = Defaulted,
            PrepareCreate = static rc => rc with { Status = new() },
            PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
            PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
            Validate = ReplicationControllerValidation.Check,
            NotActedOnYet = "ReplicationControllers are kept, but no pods are made of them in this release",
        };

    public ReplicationControllerSpec Spec { get; init => field = value ?? new(); } = new();
    public ReplicationControllerStatus Status { get; init => field = value ?? new(); } = new();

    private static PodSpec Pods(ReplicationController rc) => rc.Spec.Template?.Spec ?? new();

    // What is not said of the controller is what its pods say of themselves.
    private static ReplicationController Defaulted(ReplicationController rc)
    {
        var (spec, meta) = (rc.Spec, rc.Metadata);
        var labels = spec.Template?.Metadata.Labels ?? Map<string>.Empty;
        return rc with
        {
            Metadata = meta.Labels.Count == 0 && labels.Count > 0 ? meta with { Labels = labels } : meta,
            Spec = spec with
            {
                Replicas = spec.Replicas ?? 1,
                Selector = spec.Selector.Count == 0 ? labels : spec.Selector,
                Template = spec.Template is { } template ? PodDefaults.Apply(template) : null,
            },
        };
    }
}

/// <summary>The <c>ReplicationControllerSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ReplicationControllerSpec
{
    public int? Replicas { get; init; }
    public int MinReadySeconds { get; init; }
    public IReadOnlyDictionary<string, string> Selector { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public PodTemplateSpec? Template { get; init; }
}

/// <summary>The <c>ReplicationControllerStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ReplicationControllerStatus
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }
    public int FullyLabeledReplicas { get; init; }
    public int ReadyReplicas { get; init; }
    public int AvailableReplicas { get; init; }
    public long ObservedGeneration { get; init; }
    public IReadOnlyList<ReplicationControllerCondition> Conditions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>ReplicationControllerCondition</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ReplicationControllerCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
