using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Reconcilers.Scheduling;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// A pod is bound to a node that has room and takes pods. A scheduler may be late: a call on its way when the node was
/// cordoned or lost still counts.
/// </summary>
internal sealed class NodesHaveRoom(SimulatedWorld world) : Invariant("a pod is bound where there is room for it")
{
    // A bind may wait for the answer of another pod, of a slow store, and on its way.
    private static readonly TimeSpan LatenessMax = TimeSpan.FromMinutes(2);
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Node, Quantity Cpu)> _pods = new(StringComparer.Ordinal);

    public override void See(ObjectChange change)
    {
        if (change.Object.Object is Node node) See(node, change.Type);
        if (change.Object.Object is Pod pod) See(pod, change);
    }

    private void See(Node node, ChangeType type)
    {
        var room = RoomOf(node.Metadata.Name!);
        var takesPods = type != ChangeType.Deleted && !node.Spec.Unschedulable
            && NodeTraits.Taints(node).All(taint => taint.Effect == "PreferNoSchedule");
        room.UnfitSince = takesPods ? null : room.UnfitSince ?? world.Now;
        room.Cpu = node.Status.Allocatable.GetValueOrDefault("cpu");
        room.PodsMax = NodeTraits.PodsMax(node);
    }

    private void See(Pod pod, ObjectChange change)
    {
        var uid = pod.Metadata.Uid!;
        var takesRoom = change.Type != ChangeType.Deleted && pod.Spec.NodeName is { Length: > 0 }
            && !PodFacts.IsFinished(pod);
        if (!takesRoom)
        {
            if (!_pods.Remove(uid, out var left)) return;
            RoomOf(left.Node).Free(left.Cpu);
        }
        else if (!_pods.ContainsKey(uid))
        {
            Bound(pod, uid, change.Object.Key);
        }
    }

    private void Bound(Pod pod, string uid, ObjectKey key)
    {
        var name = pod.Spec.NodeName!;
        var room = RoomOf(name);
        var cpu = PodResources.Requests(pod).GetValueOrDefault("cpu");
        _pods[uid] = (name, cpu);
        room.Take(cpu);
        if (room.Taken > room.Cpu || room.Pods > room.PodsMax)
        {
            throw Violated($"{key} went to {name}, where {room.Pods} pods now ask for {room.Taken} of {room.Cpu} cpu");
        }
        if (room.UnfitSince is { } since && world.Now - since > LatenessMax)
        {
            throw Violated($"{key} went to {name}, which takes no pods since {world.Now - since}");
        }
    }

    private Room RoomOf(string node)
    {
        if (!_rooms.TryGetValue(node, out var room)) _rooms[node] = room = new Room();
        return room;
    }

    private sealed class Room
    {
        public DateTimeOffset? UnfitSince { get; set; }

        public Quantity Cpu { get; set; }

        public int PodsMax { get; set; }

        public Quantity Taken { get; private set; }

        public int Pods { get; private set; }

        public void Take(Quantity cpu) => (Taken, Pods) = (Taken + cpu, Pods + 1);

        public void Free(Quantity cpu) => (Taken, Pods) = (Taken - cpu, Pods - 1);
    }
}
