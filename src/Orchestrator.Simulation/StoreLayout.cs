namespace Orchestrator.Simulations;

/// <summary>How silos share the truth.</summary>
public enum StoreLayout
{
    /// <summary>All silos use one store and its cache, as the silos of one process do.</summary>
    Shared,

    /// <summary>
    /// Each silo has its own over one log and hears late of what others write, as the processes of one database do.
    /// </summary>
    PerSilo,
}
