namespace Orchestrator.Nodes;

/// <summary>What came of holding a pod together.</summary>
/// <param name="Parent">What containers name as their parent; null when there is no group.</param>
/// <param name="Refused">What of the pod is not bounded as a whole.</param>
public sealed record PodCgroup(string? Parent, IReadOnlyList<CgroupRefusal> Refused)
{
    /// <summary>Nothing of the pod is bounded as a whole.</summary>
    public static PodCgroup None(string why) => new(null, [new("anything", why)]);
}
