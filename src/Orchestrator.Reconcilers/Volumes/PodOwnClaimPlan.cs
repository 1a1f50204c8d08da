using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>What is to be done about the claims that come with a pod.</summary>
/// <param name="Missing">To be made.</param>
/// <param name="News">What stands in the way of others.</param>
public sealed record PodOwnClaimPlan(
    IReadOnlyList<PersistentVolumeClaim> Missing, IReadOnlyList<VolumeNews> News)
{
    /// <summary>Nothing.</summary>
    public static PodOwnClaimPlan None { get; } = new([], []);

    /// <summary>There is something to do or to say.</summary>
    public bool IsNeeded => Missing.Count + News.Count > 0;
}
