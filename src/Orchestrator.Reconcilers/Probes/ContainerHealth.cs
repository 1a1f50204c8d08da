namespace Orchestrator.Reconcilers.Probes;

/// <summary>What the probes of one attempt of a container have come to.</summary>
public sealed record ContainerHealth(ProbeOutcome Startup, ProbeOutcome Liveness, ProbeOutcome Readiness)
{
    /// <summary>What the failure said that is to end the attempt.</summary>
    public string Failure { get; init; } = "";
}
