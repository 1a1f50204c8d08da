namespace Orchestrator.Nodes.Sandboxes;

/// <summary>What a pool is to do now.</summary>
/// <param name="Target">How many it should hold.</param>
/// <param name="Make">How many it lacks.</param>
/// <param name="Drop">How many it has too much.</param>
public sealed record WarmPlan(int Target, int Make, int Drop);

/// <summary>What a pool's size follows from.</summary>
/// <param name="Ready">Sandboxes that wait for a pod.</param>
/// <param name="RoomForPods">How many more pods the node takes: more sandboxes than that are of no use.</param>
/// <param name="MayServe">The engine can give them away, and new pods may come.</param>
public sealed record WarmFacts(WarmSetting Setting, WarmDemand Demand, int Ready, int RoomForPods, bool MayServe);

/// <summary>Decides how many warm sandboxes a node keeps. Pure.</summary>
public static class WarmPlanner
{
    /// <summary>A node that follows the demand holds at least so many, for the first pods that come.</summary>
    public const int AutoMin = 2;

    /// <summary>A node that follows the demand holds at most so many.</summary>
    public const int AutoMax = 24;

    // A level of exactly 3 that has been forgotten for a moment is still 3.
    private const double Rounding = 0.05;

    /// <summary>One look.</summary>
    public static WarmPlan Plan(WarmFacts facts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var target = Target(facts, now);
        return new WarmPlan(target, Math.Max(0, target - facts.Ready), Math.Max(0, facts.Ready - target));
    }

    private static int Target(WarmFacts facts, DateTimeOffset now)
    {
        if (!facts.MayServe) return 0;
        var wanted = facts.Setting.Fixed
            ?? Math.Clamp((int)Math.Ceiling(facts.Demand.LevelAt(now) - Rounding), AutoMin, AutoMax);
        return Math.Clamp(facts.RoomForPods, 0, wanted);
    }
}
