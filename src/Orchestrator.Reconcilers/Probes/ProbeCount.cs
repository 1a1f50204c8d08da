namespace Orchestrator.Reconcilers.Probes;

/// <summary>
/// What the looks of one probe at one attempt of a container have come to. Forgotten with the attempt.
/// </summary>
public sealed record ProbeCount
{
    /// <summary>Nothing is known yet.</summary>
    public static readonly ProbeCount None = new();

    /// <summary>What counts; Unknown until as many looks agree as the probe asks for.</summary>
    public ProbeOutcome Result { get; init; }

    /// <summary>How the last look that counted ended.</summary>
    public ProbeOutcome Last { get; init; }

    /// <summary>So many looks in a row ended as the last did.</summary>
    public int InARow { get; init; }

    /// <summary>It has succeeded at least once.</summary>
    public bool HasPassed { get; init; }

    /// <summary>Looks ahead of their time.</summary>
    public int EarlyLooks { get; init; }

    /// <summary>What the last failure said.</summary>
    public string Failure { get; init; } = "";
}
