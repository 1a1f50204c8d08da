using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// A pod's life goes one way: pending, running, finished; a deletion is never taken back; its object goes only when
/// nothing of it runs, unless somebody forced it.
/// </summary>
internal sealed class PodsOnlyMoveOn(SimulatedWorld world) : Invariant("a pod's life goes one way")
{
    public override void See(ObjectChange change)
    {
        if (change.Object.Object is not Pod pod) return;
        if (change.Type == ChangeType.Deleted)
        {
            SeeRemoved(pod, change);
            return;
        }
        if (change.Previous?.Object is not Pod before) return;
        if (before.Metadata.Uid != pod.Metadata.Uid) throw Violated($"{change.Object.Key} changed its uid");
        var (from, to) = (before.Status.Phase, pod.Status.Phase);
        if (PodFacts.IsFinished(before) && from != to) throw Violated($"{change.Object.Key} went from {from} to {to}");
        if (from == "Running" && to is not ("Running" or "Succeeded" or "Failed"))
        {
            throw Violated($"{change.Object.Key} went from {from} to {to}");
        }
        if (PodFacts.IsTerminating(before) && !PodFacts.IsTerminating(pod))
        {
            throw Violated($"the deletion of {change.Object.Key} was taken back");
        }
    }

    private void SeeRemoved(Pod pod, ObjectChange change)
    {
        // Whoever grants no grace takes the object away at once, and the node follows.
        if (pod.Spec.NodeName is not { Length: > 0 } node || !PodFacts.IsTerminating(pod)) return;
        if (pod.Metadata.DeletionGracePeriodSeconds == 0 || world.Forced.Contains(pod.Metadata.Uid!)) return;
        if (!world.Engines.TryGetValue(node, out var engine)) return;
        // What only held its network goes afterwards.
        var running = engine.Snapshots().FirstOrDefault(container => container.Phase == ContainerPhase.Running
            && container.Labels.GetValueOrDefault(ContainerLabels.PodUid) == pod.Metadata.Uid
            && container.Labels.GetValueOrDefault(ContainerLabels.ContainerName) != ContainerLabels.InfraContainer);
        if (running is not null) throw Violated($"{change.Object.Key} was removed while {running.Name} runs on {node}");
    }
}
