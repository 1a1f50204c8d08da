namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// Whose word a condition of a pod is. What the node does not answer for belongs to whoever wrote it, readiness gates
/// among them.
/// </summary>
public static class PodConditionOwners
{
    private static readonly HashSet<string> OfNode =
    [
        "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled", "PodResizePending",
        "PodResizeInProgress",
    ];

    /// <summary>The node says whether it holds.</summary>
    public static bool IsOfNode(string type) => OfNode.Contains(type);
}
