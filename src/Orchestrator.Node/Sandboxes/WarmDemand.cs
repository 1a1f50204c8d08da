namespace Orchestrator.Nodes.Sandboxes;

/// <summary>
/// What pods lately asked of a pool, forgotten by halves. Ten pods within ten seconds make a level of ten; ten minutes
/// of silence later it is five.
/// </summary>
/// <param name="Level">How many a pool should have held, as of <paramref name="At"/>.</param>
/// <param name="Burst">Pods that came within one span of time, which began at <paramref name="BurstAt"/>.</param>
public sealed record WarmDemand(double Level, DateTimeOffset At, int Burst, DateTimeOffset BurstAt)
{
    /// <summary>Within this, pods come together: a pool is not filled up again meanwhile.</summary>
    public static readonly TimeSpan BurstSpan = TimeSpan.FromSeconds(10);

    /// <summary>After so long only half of a level is left.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(10);

    /// <summary>Nobody has asked yet.</summary>
    public static WarmDemand None { get; } = new(0, default, 0, default);

    /// <summary>What is left of the level.</summary>
    public double LevelAt(DateTimeOffset now) =>
        now <= At ? Level : Level * Math.Pow(0.5, (now - At) / HalfLife);

    /// <summary>One more pod came, and found a sandbox or none.</summary>
    public WarmDemand Ask(DateTimeOffset now, bool hasFound)
    {
        var isSameBurst = Burst > 0 && now - BurstAt <= BurstSpan;
        var burst = isSameBurst ? Burst + 1 : 1;
        // Who finds none although the burst is small comes too often for the pool to be filled up in between.
        var level = Math.Max(LevelAt(now) + (hasFound ? 0 : 1), burst);
        return new WarmDemand(level, now, burst, isSameBurst ? BurstAt : now);
    }
}
