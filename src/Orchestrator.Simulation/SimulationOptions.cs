using Orchestrator.Api.Meta;
using Orchestrator.Simulations.Faults;

namespace Orchestrator.Simulations;

/// <summary>What is simulated. Equal options give equal histories, byte for byte.</summary>
public sealed record SimulationOptions
{
    /// <summary>Source of all chance.</summary>
    public int Seed { get; init; }

    /// <summary>Simulated machines.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>The machines come up so long after the objects were applied; zero has them ready before.</summary>
    public TimeSpan NodesAfter { get; init; }

    /// <summary>Silos at the start; with faults some die and others join.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>How silos share the truth.</summary>
    public StoreLayout Stores { get; init; }

    /// <summary>How much virtual time passes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What goes wrong.</summary>
    public FaultOptions Faults { get; init; } = FaultOptions.All;

    /// <summary>Applied at the start in place of random users; null for those.</summary>
    public IReadOnlyList<ApiObject>? Objects { get; init; }

    /// <summary>Time between two requests of random users, on average; some come in quick succession.</summary>
    public TimeSpan RequestGap { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long all may take to settle once nothing goes wrong and nobody wants anything.</summary>
    public TimeSpan SettleTimeMax { get; init; } = TimeSpan.FromMinutes(12);

    /// <summary>So many turns without the clock moving count as a run in circles.</summary>
    public int TurnsPerInstantMax { get; init; } = 2_000_000;

    /// <summary>Gets every line of the event log; null keeps only the last ones.</summary>
    public TextWriter? Log { get; init; }

    /// <summary>Is told of the progress, every few virtual minutes.</summary>
    public Action<string>? Progress { get; init; }
}
