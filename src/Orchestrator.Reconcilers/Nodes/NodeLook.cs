namespace Orchestrator.Reconcilers.Nodes;

/// <summary>What came of asking whoever runs a node.</summary>
public enum NodeSight
{
    /// <summary>The node is somebody else's: nobody is asked, and what others say of it stands.</summary>
    NotAsked,

    /// <summary>It does not answer, but not for so long that it is lost.</summary>
    Unsure,

    /// <summary>It is run, and its engine answers.</summary>
    Ready,

    /// <summary>It is run, but its engine does not answer.</summary>
    EngineDown,

    /// <summary>It was asked more than once and has been silent for too long.</summary>
    Silent,
}

/// <summary>One look at a node.</summary>
/// <param name="Sight">What was seen.</param>
/// <param name="Why">In words, where something is wrong.</param>
/// <param name="HeldUntil">
/// Until then no node was ready at all, which tells more of the one who looks than of the nodes: nothing was evicted,
/// and patience with lost nodes begins anew.
/// </param>
public sealed record NodeLook(NodeSight Sight, string Why = "", DateTimeOffset? HeldUntil = null);
