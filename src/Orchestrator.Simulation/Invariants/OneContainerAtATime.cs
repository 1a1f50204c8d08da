using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// Of one container of one pod there never run two, nor two attempts; and it runs where the pod is bound.
/// </summary>
internal sealed class OneContainerAtATime(SimulatedWorld world) : Invariant("a container runs once, on its pod's node")
{
    private readonly Dictionary<(string Uid, string Container), (string Node, string Id, string Attempt)> _running = [];

    public override void See(string node, RuntimeEvent what)
    {
        var labels = what.Labels;
        var key = (labels[ContainerLabels.PodUid], labels[ContainerLabels.ContainerName]);
        var attempt = labels[ContainerLabels.Attempt];
        if (what.Type is RuntimeEventType.Died or RuntimeEventType.Removed)
        {
            if (_running.TryGetValue(key, out var ended) && ended.Id == what.ContainerId) _running.Remove(key);
        }
        if (what.Type != RuntimeEventType.Started) return;
        var name = $"{key.Item2} of {labels[ContainerLabels.PodNamespace]}/{labels[ContainerLabels.PodName]}";
        if (_running.TryGetValue(key, out var other))
        {
            throw Violated($"attempt {attempt} of {name} started on {node} while {other.Attempt} runs on {other.Node}");
        }
        _running[key] = (node, what.ContainerId, attempt);
        var pod = world.Cache.Find(Pod.Kind, labels[ContainerLabels.PodNamespace], labels[ContainerLabels.PodName]);
        if (pod?.Metadata.Uid == key.Item1 && pod.Spec.NodeName != node)
        {
            throw Violated($"{name} started on {node}, bound to \"{pod.Spec.NodeName}\"");
        }
    }
}
