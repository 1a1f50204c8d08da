namespace Orchestrator.Simulations;

/// <summary>Something happened that must never happen.</summary>
public sealed class ViolationException(string invariant, string what) : Exception($"{invariant}: {what}")
{
    /// <summary>The invariant, as a sentence.</summary>
    public string Invariant { get; } = invariant;
}
