using Orchestrator.Api.Policy.V1;

namespace Orchestrator.Reconcilers.Disruptions;

/// <summary>What a pass over a PodDisruptionBudget found.</summary>
/// <param name="Status">How many of its pods may be evicted now.</param>
/// <param name="Unmanaged">Names of pods whose wanted number nobody knows, for no controller keeps them.</param>
/// <param name="LookAgainAfter">When an eviction that came to nothing is forgotten, or null.</param>
public sealed record BudgetPlan(
    PodDisruptionBudgetStatus Status, IReadOnlyList<string> Unmanaged, TimeSpan? LookAgainAfter);
