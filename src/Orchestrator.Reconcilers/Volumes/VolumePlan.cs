using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>What one look at a volume came to.</summary>
/// <param name="Next">The volume as it is to be stored; the same instance when nothing changes.</param>
/// <param name="EraseOn">The node that is to remove its directory, after which the volume goes; null for none.</param>
/// <param name="Unneeded">Finalizers that hold it for nothing.</param>
/// <param name="News">To be told.</param>
/// <param name="Reasons">Why.</param>
public sealed record VolumePlan(
    PersistentVolume Next, string? EraseOn, IReadOnlyList<string> Unneeded, IReadOnlyList<VolumeNews> News,
    IReadOnlyList<ReasonRecord> Reasons);
