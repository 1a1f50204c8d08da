namespace Orchestrator.Simulations.Faults;

/// <summary>What can go wrong.</summary>
public enum FaultKind
{
    /// <summary>A container ends by itself.</summary>
    ContainerCrash,

    /// <summary>The kernel kills a container for want of memory.</summary>
    ContainerOutOfMemory,

    /// <summary>A container cannot be looked at for a while.</summary>
    ContainerStuck,

    /// <summary>Somebody removes a container behind the node's back.</summary>
    ContainerLost,

    /// <summary>Containers fail to start, crash soon after it, or stop slowly; pulls are refused.</summary>
    ContainerVariation,

    /// <summary>An engine does not answer for some seconds; what happens meanwhile is told to nobody.</summary>
    EngineRestart,

    /// <summary>A machine starts anew: all its containers have ended.</summary>
    MachineReboot,

    /// <summary>A node cannot be reached for minutes.</summary>
    NodeLost,

    /// <summary>A node cannot be reached any more, ever.</summary>
    NodeLostForEver,

    /// <summary>A silo is gone at once; another one joins later.</summary>
    SiloKilled,

    /// <summary>A silo stops in good order; another one joins later.</summary>
    SiloStopped,

    /// <summary>One more silo joins, and later stops.</summary>
    SiloJoined,

    /// <summary>The store commits nothing for some seconds.</summary>
    StoreRefuses,

    /// <summary>The store commits, but some writers do not hear of it at first.</summary>
    StoreUncertain,

    /// <summary>The store is slow.</summary>
    StoreSlow,

    /// <summary>Calls between grains take long.</summary>
    CallsDelayed,

    /// <summary>One-way messages, nudges above all, are lost.</summary>
    NudgesLost,
}
