using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes;

/// <summary>Settings of the container runtimes of a process.</summary>
public sealed record ContainerRuntimeOptions
{
    /// <summary>Name of the cluster: engines may be shared by several, and each sees only its own containers.</summary>
    public string Cluster { get; init; } = "default";

    /// <summary>For real engines.</summary>
    public DockerOptions Docker { get; init; } = new();

    /// <summary>For simulated ones; an endpoint may change some of it.</summary>
    public SimulatedOptions Simulated { get; init; } = new();
}
