using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes;

/// <summary>
/// The groups in which a machine holds the containers of a pod together. A container is put into one when it is made
/// and never moved, so what was started before, as the infra container, is in none.
/// </summary>
public interface IPodCgroups
{
    /// <summary>Pods of this node that have a group.</summary>
    IReadOnlyList<string> PodUids { get; }

    /// <summary>Makes the group of a pod, or gives it other bounds.</summary>
    Task<PodCgroup> HoldAsync(string podUid, PodBounds bounds, CancellationToken cancellation);

    /// <summary>
    /// Removes the group of a pod, if it has one. One that still holds something stays, and is found again.
    /// </summary>
    Task ReleaseAsync(string podUid, CancellationToken cancellation);
}
