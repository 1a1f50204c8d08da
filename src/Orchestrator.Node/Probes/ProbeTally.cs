using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>
/// How often the probes of one container came to what, over all attempts that this node has seen. Counted and read
/// from any thread.
/// </summary>
internal sealed class ProbeTally
{
    private static readonly int Outcomes = Enum.GetValues<ProbeOutcome>().Length;
    private readonly long[] _counts = new long[ProbeKinds.All.Count * Outcomes];

    /// <summary>One look more.</summary>
    public void Add(ProbeKind kind, ProbeOutcome outcome) =>
        Interlocked.Increment(ref _counts[((int)kind * Outcomes) + (int)outcome]);

    /// <summary>What was counted at all.</summary>
    public IEnumerable<(ProbeKind Kind, ProbeOutcome Outcome, long Count)> Counts =>
        from kind in ProbeKinds.All
        from outcome in Enum.GetValues<ProbeOutcome>()
        let count = Interlocked.Read(ref _counts[((int)kind * Outcomes) + (int)outcome])
        where count > 0
        select (kind, outcome, count);
}
