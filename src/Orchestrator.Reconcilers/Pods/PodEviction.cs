using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>A pod that its node puts out because it takes more than it may.</summary>
public static class PodEviction
{
    /// <summary>The reason in the pod's status and in the event.</summary>
    public const string Reason = "Evicted";

    private const int CriticalPriorityMin = 2_000_000_000;

    /// <summary>It stays whatever it takes, for its node or the cluster cannot do without it.</summary>
    public static bool IsExempt(Pod pod) => pod.Spec.Priority >= CriticalPriorityMin || MirrorPods.IsStatic(pod);
}
