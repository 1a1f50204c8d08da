using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Housekeeping;

/// <summary>Settings of what a node tidies up by itself.</summary>
public sealed record HousekeepingOptions
{
    /// <summary>How often it looks what is to be tidied up.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How soon after its start it looks first.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Which dead containers stay.</summary>
    public DeadContainerLimits DeadContainers { get; init; } = new();
}
