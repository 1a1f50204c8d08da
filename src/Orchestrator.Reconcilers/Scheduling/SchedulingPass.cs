using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>The working state of one pass; made for it and thrown away after.</summary>
internal sealed class SchedulingPass(SchedulingSnapshot snapshot, VolumeLookups lookups)
{
    private readonly WorkingRoom[] _rooms =
        [.. snapshot.Nodes.OrderBy(room => room.Name, StringComparer.Ordinal).Select(room => new WorkingRoom(room))];
    private readonly Dictionary<string, ClassQueue> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> _podsOfOwner = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Message, IReadOnlyList<RuleCount> Rules)> _refused =
        new(StringComparer.Ordinal);
    private readonly List<int> _takenLog = [];
    private readonly Dictionary<string, string> _chosen = new(StringComparer.Ordinal);

    public (Placement? Placement, Refusal? Refusal) Place(Pod pod)
    {
        var volumes = VolumeDemand.Of(pod, lookups, _chosen);
        if (volumes.Refusal is { } why) return (null, Refuse(pod, Everywhere(why)));
        var pods = PodClass.Of(pod, volumes);
        // A class that found no room finds none later in the pass, for room only shrinks.
        if (_refused.TryGetValue(pods.Key, out var standing)) return (null, Refuse(pod, standing));
        var ownPods = OwnPods(pods.Owner);
        if (!_queues.TryGetValue(pods.Key, out var queue))
        {
            _queues[pods.Key] = queue = new(pods, _rooms, ownPods, _takenLog);
        }
        var (node, score) = queue.Best();
        if (node < 0) return (null, Refuse(pod, _refused[pods.Key] = queue.Refuse()));
        var candidates = queue.Candidates;
        _rooms[node].Take(pods);
        ownPods[node]++;
        _takenLog.Add(node);
        volumes.Choose(_rooms[node].Start.Name, _chosen);
        return (new(pod, _rooms[node].Start.Name, score, candidates, _rooms.Length, queue.RuledOut)
        {
            Claims = volumes.ToTake,
        }, null);
    }

    // What is wrong with the pod's claims is so on every node.
    private (string Message, IReadOnlyList<RuleCount> Rules) Everywhere(string why)
    {
        if (_rooms.Length == 0) return ("no nodes available to schedule pods", []);
        var available = $"0/{_rooms.Length} nodes are available: ";
        return ($"{available}{why}. preemption: {available}{_rooms.Length} Preemption is not helpful for scheduling.",
            [new(why, _rooms.Length)]);
    }

    private static Refusal Refuse(Pod pod, (string Message, IReadOnlyList<RuleCount> Rules) found) =>
        new(pod, "Unschedulable", found.Message, found.Rules);

    private int[] OwnPods(string owner)
    {
        if (_podsOfOwner.TryGetValue(owner, out var counts)) return counts;
        counts = new int[_rooms.Length];
        if (owner.Length > 0)
        {
            for (var i = 0; i < counts.Length; i++) counts[i] = _rooms[i].Start.PodsOfOwner.GetValueOrDefault(owner);
        }
        return _podsOfOwner[owner] = counts;
    }
}
