using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// Why a node is out of the question for a pod, whatever else is placed on it. The texts are the reference's.
/// </summary>
internal static class NodeFilters
{
    public const string NoFreePorts = "node(s) didn't have free ports for the requested pod ports";
    public const string TooManyPods = "Too many pods";

    private static readonly Taint UnschedulableTaint =
        new() { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" };

    /// <summary>The first rule that rules the node out, or null. Rules are asked in the reference's order.</summary>
    public static string? RuleOut(PodSpec spec, Node node)
    {
        if (node.Spec.Unschedulable && !Tolerations.Cover(spec.Tolerations, UnschedulableTaint))
        {
            return "node(s) were unschedulable";
        }
        // A cordoned node carries the taint as well; it was asked for above and is not asked for twice.
        if (Tolerations.FirstUntolerated(spec.Tolerations, NodeTraits.Taints(node)) is { } taint)
        {
            return $"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}";
        }
        return NodeMatch.Meets(spec, node) ? null : "node(s) didn't match Pod's node affinity/selector";
    }

    public static int Dislikes(PodSpec spec, Node node) =>
        node.Spec.Taints.Count(taint =>
            taint.Effect == "PreferNoSchedule" && !Tolerations.Cover(spec.Tolerations, taint));
}
