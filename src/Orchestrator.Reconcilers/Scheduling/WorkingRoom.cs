namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// The room of a node as it shrinks during one pass. Private to the pass; the snapshot is never touched.
/// </summary>
internal sealed class WorkingRoom(NodeRoom room)
{
    private ResourceAmounts _requested = room.Requested;
    private long _weightCpu = room.WeightMilliCpu;
    private long _weightMemory = room.WeightMemory;
    private List<HostPort>? _ports;

    public NodeRoom Start { get; } = room;

    public int PodCount { get; private set; } = room.PodCount;

    private IReadOnlyList<HostPort> Ports => _ports ?? Start.Ports;

    public bool Fits(PodClass pods) =>
        PodCount < Start.PodsMax && Lacking(pods.Requests).Count == 0 && HasPorts(pods.Ports);

    /// <summary>Everything that is in the way, ports first, as the reference asks.</summary>
    public IReadOnlyList<string> InTheWay(PodClass pods)
    {
        if (!HasPorts(pods.Ports)) return [NodeFilters.NoFreePorts];
        var lacking = Lacking(pods.Requests);
        if (PodCount < Start.PodsMax) return lacking;
        return [NodeFilters.TooManyPods, .. lacking];
    }

    public void Take(PodClass pods)
    {
        _requested += pods.Requests;
        var (cpu, memory) = PodRequests.Weight(pods.Requests);
        (_weightCpu, _weightMemory) = (_weightCpu + cpu, _weightMemory + memory);
        PodCount++;
        if (pods.Ports.Count > 0) (_ports ??= [.. Start.Ports]).AddRange(pods.Ports);
    }

    /// <summary>How empty and how evenly filled the node would be with one more, each 0–100, in hundredths.</summary>
    public long Score(PodClass pods)
    {
        var (cpu, memory) = PodRequests.Weight(pods.Requests);
        var usedCpu = Fraction(_weightCpu + cpu, Start.Allocatable.MilliCpu);
        var usedMemory = Fraction(_weightMemory + memory, Start.Allocatable.Memory);
        var least = 10_000 - ((usedCpu + usedMemory) / 2);
        var balanced = 10_000 - (Math.Abs(usedCpu - usedMemory) / 2);
        return least + balanced;
    }

    private static long Fraction(long used, long total) =>
        total <= 0 ? 10_000 : (long)Int128.Min((Int128)used * 10_000 / total, 10_000);

    private IReadOnlyList<string> Lacking(ResourceAmounts requests)
    {
        List<string>? lacking = null;
        var free = Start.Allocatable;
        if (requests.MilliCpu > 0 && requests.MilliCpu > free.MilliCpu - _requested.MilliCpu)
        {
            (lacking ??= []).Add("Insufficient cpu");
        }
        if (requests.Memory > 0 && requests.Memory > free.Memory - _requested.Memory)
        {
            (lacking ??= []).Add("Insufficient memory");
        }
        if (requests.EphemeralStorage > 0
            && requests.EphemeralStorage > free.EphemeralStorage - _requested.EphemeralStorage)
        {
            (lacking ??= []).Add("Insufficient ephemeral-storage");
        }
        foreach (var (name, amount) in requests.Extended)
        {
            if (amount > free.OfExtended(name) - _requested.OfExtended(name))
                (lacking ??= []).Add($"Insufficient {name}");
        }
        return lacking ?? (IReadOnlyList<string>)[];
    }

    private bool HasPorts(IReadOnlyList<HostPort> wanted)
    {
        foreach (var port in wanted)
        {
            foreach (var taken in Ports)
            {
                if (port.ConflictsWith(taken)) return false;
            }
        }
        return true;
    }
}
