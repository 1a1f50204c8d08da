using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>What each pod of the node has been promised, and who waits for others to need less.</summary>
internal sealed class NodeShares
{
    private readonly Dictionary<string, Share> _shares = [];
    private long _cpuMilli;
    private long _memoryBytes;

    /// <summary>The pod counts with this spec from now on.</summary>
    /// <param name="whenFreed">Called when another pod needs less; null when nobody waits.</param>
    public void Set(string uid, PodSpec promised, Action? whenFreed)
    {
        var known = _shares.GetValueOrDefault(uid);
        if (known is not null && ReferenceEquals(known.Spec, promised))
        {
            _shares[uid] = known with { WhenFreed = whenFreed };
            return;
        }
        var requests = PodResources.Requests(promised);
        var share = new Share(promised, requests.GetValueOrDefault("cpu").MilliValue,
            requests.GetValueOrDefault("memory").Value, whenFreed);
        Count(share, 1);
        _shares[uid] = share;
        if (known is null) return;
        Count(known, -1);
        if (share.CpuMilli < known.CpuMilli || share.MemoryBytes < known.MemoryBytes) TellOthers(uid);
    }

    /// <summary>The pod needs nothing any more.</summary>
    public void Remove(string uid)
    {
        if (!_shares.Remove(uid, out var share)) return;
        Count(share, -1);
        TellOthers(uid);
    }

    /// <summary>What the node has, beside what the others have been promised.</summary>
    public NodeSpace SpaceFor(string uid, IReadOnlyDictionary<string, Quantity> allocatable)
    {
        if (!allocatable.TryGetValue("cpu", out var cpu) || !allocatable.TryGetValue("memory", out var memory))
            return NodeSpace.Unknown;
        var own = _shares.GetValueOrDefault(uid);
        return new NodeSpace(cpu.MilliValue, memory.Value, _cpuMilli - (own?.CpuMilli ?? 0),
            _memoryBytes - (own?.MemoryBytes ?? 0));
    }

    private void Count(Share share, int sign)
    {
        _cpuMilli += sign * share.CpuMilli;
        _memoryBytes += sign * share.MemoryBytes;
    }

    private void TellOthers(string uid)
    {
        foreach (var (_, other) in _shares.Where(pair => pair.Key != uid).ToList()) other.WhenFreed?.Invoke();
    }

    private sealed record Share(PodSpec Spec, long CpuMilli, long MemoryBytes, Action? WhenFreed);
}
