using System.Collections.ObjectModel;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>A node and what the pods bound to it leave.</summary>
public sealed record NodeRoom
{
    /// <summary>The node.</summary>
    public required Node Node { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Node.Metadata.Name ?? "";

    /// <summary>What it has to give.</summary>
    public required ResourceAmounts Allocatable { get; init; }

    /// <summary>How many pods it takes.</summary>
    public required int PodsMax { get; init; }

    /// <summary>What its pods ask for.</summary>
    public ResourceAmounts Requested { get; init; }

    /// <summary>The processor share its pods count with; pods that ask for nothing count a little.</summary>
    public long WeightMilliCpu { get; init; }

    /// <summary>The memory its pods count with.</summary>
    public long WeightMemory { get; init; }

    /// <summary>How many pods are bound to it and not finished.</summary>
    public int PodCount { get; init; }

    /// <summary>Ports of the node that are taken.</summary>
    public IReadOnlyList<HostPort> Ports { get; init; } = [];

    /// <summary>How many of its pods belong to a controller, by UID.</summary>
    public IReadOnlyDictionary<string, int> PodsOfOwner { get; init; } = ReadOnlyDictionary<string, int>.Empty;
}

/// <summary>All nodes at one moment, ordered by name.</summary>
public sealed record SchedulingSnapshot(IReadOnlyList<NodeRoom> Nodes)
{
    /// <summary>A snapshot made in one go.</summary>
    public static SchedulingSnapshot Of(IEnumerable<Node> nodes, IEnumerable<Pod> bound)
    {
        var state = new SchedulerState();
        foreach (var node in nodes) state.SetNode(node);
        foreach (var pod in bound) state.SetPod(pod);
        return state.Snapshot();
    }
}
