using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1;

/// <summary>
/// A <c>PersistentVolumeClaim</c> of the Kubernetes core/v1 schema as it stands inside a StatefulSet: with its type
/// written out, for it is no object of its own yet.
/// </summary>
public sealed record VolumeClaimOfSet
{
    public string? Kind { get; init; }
    public string? ApiVersion { get; init; }
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();
    public PersistentVolumeClaimSpec Spec { get; init => field = value ?? new(); } = new();
    public VolumeClaimOfSetStatus Status { get; init => field = value ?? new(); } = new();

    /// <summary>The claim with what the user left out filled in.</summary>
    internal VolumeClaimOfSet Defaulted() => this with
    {
        Kind = "PersistentVolumeClaim",
        ApiVersion = "v1",
        Spec = Spec with { VolumeMode = string.IsNullOrEmpty(Spec.VolumeMode) ? "Filesystem" : Spec.VolumeMode },
        Status = string.IsNullOrEmpty(Status.Phase) ? Status with { Phase = "Pending" } : Status,
    };
}

/// <summary>The <c>PersistentVolumeClaimStatus</c> of the Kubernetes core/v1 schema, inside a StatefulSet.</summary>
public sealed record VolumeClaimOfSetStatus
{
    public string? Phase { get; init; }
    public IReadOnlyList<string> AccessModes { get; init => field = value ?? []; } = [];
    public IReadOnlyDictionary<string, Quantity> Capacity { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyList<VolumeClaimOfSetCondition> Conditions { get; init => field = value ?? []; } = [];
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
    public VolumeClaimOfSetModification? ModifyVolumeStatus { get; init; }
}

/// <summary>The <c>PersistentVolumeClaimCondition</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VolumeClaimOfSetCondition
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
public sealed record VolumeClaimOfSetModification
{
    public string? TargetVolumeAttributesClassName { get; init; }
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
}
