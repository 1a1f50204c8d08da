using System.Diagnostics;

namespace Orchestrator.Simulations;

/// <summary>How fast pods are bound, in real time: for the reader, never for what is simulated.</summary>
internal sealed class PlacementRate
{
    private long _count;
    private long _first;
    private long _last;

    /// <summary>Pods per second, from the first to the last; 0 when there was no such span.</summary>
    public double PerSecond =>
        _last > _first ? (_count - 1) / Stopwatch.GetElapsedTime(_first, _last).TotalSeconds : 0;

    /// <summary>A pod was bound.</summary>
    public void See()
    {
        _last = Stopwatch.GetTimestamp();
        if (_count++ == 0) _first = _last;
    }
}
