using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Nodes;

/// <summary>
/// Decides what becomes of a node that is silent, of one that comes back, and of the pods on it. The node speaks for
/// itself as long as it is heard; this only says that it is not, and takes that back.
/// </summary>
public static class NodeLifeReconciler
{
    private const string ReadyType = "Ready";

    /// <summary>One look at a node.</summary>
    /// <param name="node">The node as it is stored.</param>
    /// <param name="look">What came of asking for it.</param>
    /// <param name="pods">The pods bound to it.</param>
    /// <param name="now">The time of the pass.</param>
    public static NodeLifePlan Reconcile(Node node, NodeLook look, IReadOnlyList<Pod> pods, DateTimeOffset now)
    {
        var before = StatusOf(node);
        var next = Tainted(Judged(node, look, now), look, now);
        var ready = StatusOf(next);
        var isLost = look.Sight != NodeSight.NotAsked && ready is "False" or "Unknown";
        IReadOnlyList<Pod> unready =
            isLost ? [.. pods.Where(pod => PodFacts.IsActive(pod) && PodFacts.IsReady(pod))] : [];
        var (evictions, wait) = TaintEvictions.Plan(next.Spec.Taints, pods, look.HeldUntil, now);
        return new(next, unready, evictions, wait, Reasons(next, before, ready, evictions, now));
    }

    /// <summary>Status of the Ready condition, or null when there is none.</summary>
    public static string? StatusOf(Node node) => ReadyOf(node)?.Status;

    private static NodeCondition? ReadyOf(Node node) =>
        node.Status.Conditions.FirstOrDefault(condition => condition.Type == ReadyType);

    private static Node Judged(Node node, NodeLook look, DateTimeOffset now)
    {
        var ready = ReadyOf(node);
        return (look.Sight, ready?.Status) switch
        {
            (NodeSight.Silent, null) => With(node, now, "Unknown", "NodeStatusNeverUpdated",
                $"Kubelet never posted node status: {look.Why}"),
            (NodeSight.Silent, not "Unknown") => With(node, now, "Unknown", "NodeStatusUnknown",
                $"Kubelet stopped posting node status: {look.Why}"),
            // It is heard again; what it says by itself it had said before.
            (NodeSight.Ready, "Unknown") => With(node, now, "True", "KubeletReady",
                "kubelet is posting ready status"),
            (NodeSight.EngineDown, "Unknown") => With(node, now, "False", "KubeletNotReady", look.Why),
            _ => node,
        };
    }

    private static Node With(Node node, DateTimeOffset now, string status, string reason, string message)
    {
        var condition = new NodeCondition
        {
            Type = ReadyType,
            Status = status,
            Reason = reason,
            Message = message,
            LastHeartbeatTime = ReadyOf(node)?.LastHeartbeatTime ?? now,
            LastTransitionTime = now,
        };
        return node with
        {
            Status = node.Status with
            {
                Conditions = [.. node.Status.Conditions.Where(other => other.Type != ReadyType), condition],
            },
        };
    }

    private static Node Tainted(Node node, NodeLook look, DateTimeOffset now)
    {
        // Of a node that is run by others only the dates are kept, which evictions count from.
        var ready = look.Sight == NodeSight.NotAsked ? Assumed(node) : StatusOf(node);
        var taints = NodeTaints.Following(node.Spec.Taints, ready, now);
        return ReferenceEquals(taints, node.Spec.Taints)
            ? node
            : node with { Spec = node.Spec with { Taints = taints } };
    }

    private static string? Assumed(Node node) =>
        node.Spec.Taints.Any(taint => taint.Key == NodeTaints.Unreachable) ? "Unknown"
        : node.Spec.Taints.Any(taint => taint.Key == NodeTaints.NotReady) ? "False"
        : null;

    private static List<ReasonRecord> Reasons(
        Node node, string? before, string? after, IReadOnlyList<PodEviction> evictions, DateTimeOffset now)
    {
        var reasons = new List<ReasonRecord>();
        if (before != after)
        {
            var decision = after switch { "True" => "NodeReady", "Unknown" => "NodeLost", _ => "NodeNotReady" };
            reasons.Add(new(now, node.Metadata.Uid ?? "", KindRegistry.KeyOf(node).ToString(), decision,
                ReadyOf(node)?.Message ?? ""));
        }
        reasons.AddRange(evictions.Select(eviction => new ReasonRecord(
            now, eviction.Pod.Metadata.Uid ?? "", KindRegistry.KeyOf(eviction.Pod).ToString(), "Evicted",
            $"from {node.Metadata.Name}: {eviction.Why}")));
        return reasons;
    }
}
