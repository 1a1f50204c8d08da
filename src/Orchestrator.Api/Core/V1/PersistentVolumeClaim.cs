using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>A user's wish for storage that outlives pods.</summary>
public sealed record PersistentVolumeClaim : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<PersistentVolumeClaim> Kind { get; } =
        new("v1", "PersistentVolumeClaim", "persistentvolumeclaims")
        {
            ShortNames = ["pvc"],
            Subresources = [Subresource.Status],
            Columns = PersistentVolumeColumns.OfClaims,
            Default = PersistentVolumeDefaults.Apply,
            PrepareCreate = static claim => claim with
            {
                Metadata = claim.Metadata with
                {
                    Finalizers =
                    [
                        .. claim.Metadata.Finalizers,
                        .. new[] { VolumeAnnotations.ClaimProtection }.Except(claim.Metadata.Finalizers),
                    ],
                },
                Status = new() { Phase = "Pending" },
            },
            PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
            PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
            Validate = PersistentVolumeClaimValidation.Check,
            NotActedOn = ["spec.volumeMode=Block", "spec.dataSource", "spec.dataSourceRef"],
        };

    public PersistentVolumeClaimSpec Spec { get; init => field = value ?? new(); } = new();
    public PersistentVolumeClaimStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>PersistentVolumeClaimStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PersistentVolumeClaimStatus
{
    [OneOf("Bound", "Lost", "Pending")]
    public string? Phase { get; init; }
    public IReadOnlyList<string> AccessModes { get; init => field = value ?? []; } = [];
    public IReadOnlyDictionary<string, Quantity> Capacity { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyList<PersistentVolumeClaimCondition> Conditions { get; init => field = value ?? []; } = [];
    public IReadOnlyDictionary<string, Quantity> AllocatedResources
    {
        get; init => field = value ?? Map<Quantity>.Empty;
    } = Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, string> AllocatedResourceStatuses
    {
        get; init => field = value ?? Map<string>.Empty;
    } = Map<string>.Empty;
    [KeepEmpty]
    public string? CurrentVolumeAttributesClassName { get; init; }
    public ModifyVolumeStatus? ModifyVolumeStatus { get; init; }
}

/// <summary>The <c>PersistentVolumeClaimCondition</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PersistentVolumeClaimCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastProbeTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary>The <c>ModifyVolumeStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ModifyVolumeStatus
{
    public string? TargetVolumeAttributesClassName { get; init; }
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
}
