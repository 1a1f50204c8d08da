using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// Follows nodes and bound pods one change at a time; a snapshot then costs only the nodes that changed. Changes may
/// come in any order: a pod may be known before its node. Not thread-safe: it belongs to one grain.
/// </summary>
public sealed class SchedulerState
{
    private readonly SortedDictionary<string, Entry> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Share> _pods = new(StringComparer.Ordinal);
    private SchedulingSnapshot? _snapshot;

    /// <summary>How many pods take room.</summary>
    public int PodCount => _pods.Count;

    /// <summary>
    /// How often a node came or changed, or room became free: a pod that found no node finds none before the next time.
    /// </summary>
    public long Openings { get; private set; }

    /// <summary>Something else that pods wait for has come.</summary>
    public void Open() => Openings++;

    /// <summary>The node is there, or has changed.</summary>
    public void SetNode(Node node)
    {
        var entry = EntryOf(node.Metadata.Name ?? "");
        if (ReferenceEquals(entry.Node, node)) return;
        if (entry.Node is not { } old || !NodeTraits.AreSame(old, node)) Openings++;
        entry.Node = node;
        Touch(entry);
    }

    /// <summary>The node is gone; its pods are kept in mind, for a node of that name may come again.</summary>
    public void RemoveNode(string name)
    {
        if (!_nodes.TryGetValue(name, out var entry)) return;
        entry.Node = null;
        Touch(entry);
        if (entry.Pods.Count == 0) _nodes.Remove(name);
    }

    /// <summary>The pod is bound, or has changed. Unbound and finished pods take no room.</summary>
    public void SetPod(Pod pod)
    {
        var uid = pod.Metadata.Uid ?? "";
        var node = PodFacts.IsFinished(pod) ? "" : pod.Spec.NodeName ?? "";
        if (_pods.TryGetValue(uid, out var known) && known.Node == node && ReferenceEquals(known.Spec, pod.Spec))
            return;
        if (known is not null) Remove(known, uid, isOpening: known.Node != node);
        if (node.Length == 0) return;
        var share = Share.Of(pod, node);
        var entry = EntryOf(node);
        _pods[uid] = share;
        entry.Pods.Add(uid, share);
        Touch(entry);
    }

    /// <summary>The pod is gone.</summary>
    public void RemovePod(string uid)
    {
        if (_pods.GetValueOrDefault(uid) is { } share) Remove(share, uid, isOpening: true);
    }

    private void Remove(Share share, string uid, bool isOpening)
    {
        _pods.Remove(uid);
        if (isOpening) Openings++;
        var entry = EntryOf(share.Node);
        entry.Pods.Remove(uid);
        Touch(entry);
        if (entry.Node is null && entry.Pods.Count == 0) _nodes.Remove(share.Node);
    }

    /// <summary>The present moment, not touched by later changes.</summary>
    public SchedulingSnapshot Snapshot() =>
        _snapshot ??= new([.. _nodes.Values.Where(entry => entry.Node is not null).Select(entry => entry.Room())]);

    private Entry EntryOf(string name)
    {
        if (!_nodes.TryGetValue(name, out var entry)) _nodes[name] = entry = new Entry();
        return entry;
    }

    private void Touch(Entry entry)
    {
        entry.Forget();
        _snapshot = null;
    }

    private sealed record Share(
        string Node, PodSpec Spec, ResourceAmounts Requests, IReadOnlyList<HostPort> Ports, string Owner)
    {
        public static Share Of(Pod pod, string node) => new(
            node, pod.Spec, PodRequests.Of(pod), PodRequests.HostPorts(pod), Owners.ControllerOf(pod)?.Uid ?? "");
    }

    private sealed class Entry
    {
        private NodeRoom? _room;

        public Node? Node { get; set; }

        public Dictionary<string, Share> Pods { get; } = new(StringComparer.Ordinal);

        public void Forget() => _room = null;

        public NodeRoom Room() => _room ??= Sum(Node!, Pods.Values);

        private static NodeRoom Sum(Node node, IReadOnlyCollection<Share> shares)
        {
            var requested = new ResourceAmounts();
            var (cpu, memory) = (0L, 0L);
            var owners = new Dictionary<string, int>(StringComparer.Ordinal);
            var ports = new List<HostPort>();
            foreach (var share in shares)
            {
                requested += share.Requests;
                var (weightCpu, weightMemory) = PodRequests.Weight(share.Requests);
                (cpu, memory) = (cpu + weightCpu, memory + weightMemory);
                ports.AddRange(share.Ports);
                if (share.Owner.Length > 0) owners[share.Owner] = owners.GetValueOrDefault(share.Owner) + 1;
            }
            return new()
            {
                Node = node,
                Allocatable = NodeTraits.Allocatable(node),
                PodsMax = NodeTraits.PodsMax(node),
                Requested = requested,
                WeightMilliCpu = cpu,
                WeightMemory = memory,
                PodCount = shares.Count,
                Ports = ports,
                PodsOfOwner = owners,
            };
        }
    }
}
