using Orchestrator.Nodes;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Simulations.Faults;

/// <summary>Finds engines and containers to break.</summary>
internal sealed class EngineFaults(SimulatedWorld world)
{
    /// <summary>How all engines vary from now on.</summary>
    public void Vary(SimulatedVariation variation)
    {
        foreach (var engine in world.Engines.Values) engine.Variation = variation;
    }

    /// <summary>A node that answers, or null.</summary>
    public (string Node, SimulatedRuntime Engine)? AnyNode(Chance chance)
    {
        var answering = world.Engines.Where(engine => !engine.Value.IsOut).ToList();
        if (answering.Count == 0) return null;
        var (node, engine) = chance.Of(answering);
        return (node, engine);
    }

    /// <summary>A container that runs, the infra ones among them, or null.</summary>
    public (string Node, SimulatedRuntime Engine, ContainerSnapshot Container)? AnyContainer(Chance chance)
    {
        var (node, engine) = chance.Of([.. world.Engines]);
        return AnyRunning(engine, chance) is { } container ? (node, engine, container) : null;
    }

    public static void CrashAny(SimulatedRuntime engine, Chance chance)
    {
        if (AnyRunning(engine, chance) is { } container) engine.Crash(container.Id, 1);
    }

    private static ContainerSnapshot? AnyRunning(SimulatedRuntime engine, Chance chance)
    {
        var running = engine.Snapshots().Where(container => container.Phase == ContainerPhase.Running).ToList();
        return running.Count == 0 ? null : chance.Of(running);
    }
}
