namespace Orchestrator.Reconcilers.Pods;

/// <summary>A pod that its node puts out because it takes more than it may.</summary>
public static class PodEviction
{
    /// <summary>The reason in the pod's status and in the event.</summary>
    public const string Reason = "Evicted";
}
