using Orchestrator.Api.Core.V1;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>A pod, by its UID, is bound to one node and never to another.</summary>
internal sealed class BoundOnce() : Invariant("a pod is bound once and stays there")
{
    private readonly Dictionary<string, string> _nodes = new(StringComparer.Ordinal);

    public override void See(ObjectChange change)
    {
        if (change.Object.Object is not Pod { Metadata.Uid: { } uid } pod) return;
        var node = pod.Spec.NodeName ?? "";
        var before = _nodes.GetValueOrDefault(uid, "");
        if (before.Length > 0 && node != before)
        {
            throw Violated($"{change.Object.Key} ({uid}) was on \"{before}\" and is on \"{node}\"");
        }
        if (change.Type == ChangeType.Deleted) _nodes.Remove(uid);
        else if (node.Length > 0) _nodes[uid] = node;
    }
}
