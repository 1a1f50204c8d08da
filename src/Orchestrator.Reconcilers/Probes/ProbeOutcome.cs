namespace Orchestrator.Reconcilers.Probes;

/// <summary>How one look at a container ended, and what all looks have come to.</summary>
public enum ProbeOutcome
{
    /// <summary>Nobody can say; nothing follows from it.</summary>
    Unknown,

    /// <summary>It is well.</summary>
    Success,

    /// <summary>It is not.</summary>
    Failure,
}
