namespace Orleans.Local.Engine;

/// <summary>The caller's side of calls: a silo or a client.</summary>
internal interface ICallRuntime
{
    LocalCluster Cluster { get; }

    Silo? Silo { get; }

    IOutgoingGrainCallFilter[] OutgoingFilters { get; }

    CallTimeouts Timeouts { get; }

    bool WaitForCancellationAcknowledgement { get; }

    object Cast(GrainReference reference, Type interfaceType);

    /// <summary>Null while calls may be made, else why not.</summary>
    string? ClosedBecause { get; }
}
