namespace Orchestrator.Reconcilers.Pods;

/// <summary>How much may be held in pages of one size.</summary>
public readonly record struct HugePageBound(long PageBytes, long LimitBytes);
