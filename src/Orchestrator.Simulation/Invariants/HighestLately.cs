namespace Orchestrator.Simulations.Invariants;

/// <summary>The highest value something had within the last while: what is on its way may still follow it.</summary>
internal sealed class HighestLately(TimeSpan span)
{
    private readonly Queue<(int Value, DateTimeOffset Until)> _earlier = new();
    private int? _now;

    public void Set(int value, DateTimeOffset now)
    {
        if (_now is { } before && before != value) _earlier.Enqueue((before, now + span));
        _now = value;
    }

    public int At(DateTimeOffset now)
    {
        while (_earlier.TryPeek(out var oldest) && oldest.Until < now) _earlier.Dequeue();
        return _earlier.Aggregate(_now ?? 0, (highest, one) => Math.Max(highest, one.Value));
    }
}
