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
    public PersistentVolumeClaimStatus Status { get; init => field = value ?? new(); } = new();

    /// <summary>The claim with what the user left out filled in.</summary>
    internal VolumeClaimOfSet Defaulted() => this with
    {
        Kind = "PersistentVolumeClaim",
        ApiVersion = "v1",
        Spec = Spec with { VolumeMode = string.IsNullOrEmpty(Spec.VolumeMode) ? "Filesystem" : Spec.VolumeMode },
        Status = string.IsNullOrEmpty(Status.Phase) ? Status with { Phase = "Pending" } : Status,
    };
}
