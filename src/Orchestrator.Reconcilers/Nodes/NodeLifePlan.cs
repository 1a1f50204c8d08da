using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Nodes;

/// <summary>What a look at a node comes to.</summary>
/// <param name="Next">The node as it is to be stored; the same instance when nothing changes.</param>
/// <param name="Unready">Pods whose Ready condition is to be taken back, for nobody vouches for them.</param>
/// <param name="Evictions">Pods that have to leave.</param>
/// <param name="LookAgainAfter">When the next pod has to leave.</param>
/// <param name="Reasons">Why.</param>
public sealed record NodeLifePlan(
    Node Next, IReadOnlyList<Pod> Unready, IReadOnlyList<PodEviction> Evictions, TimeSpan? LookAgainAfter,
    IReadOnlyList<ReasonRecord> Reasons);

/// <summary>A pod that does not put up with a taint, or not any longer.</summary>
public sealed record PodEviction(Pod Pod, string Why);
