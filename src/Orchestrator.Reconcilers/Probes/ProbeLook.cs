namespace Orchestrator.Reconcilers.Probes;

/// <summary>When to look at a container next.</summary>
/// <param name="Age">How long the container will have run by then.</param>
/// <param name="IsEarly">It counts only if it succeeds.</param>
public readonly record struct ProbeLook(TimeSpan Age, bool IsEarly);
