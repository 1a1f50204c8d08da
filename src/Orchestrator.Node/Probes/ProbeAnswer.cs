using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>How one look at a container ended, in words for its events.</summary>
/// <param name="IsWarning">It is well, but users should read why one may doubt it.</param>
public readonly record struct ProbeAnswer(ProbeOutcome Outcome, string Text = "", bool IsWarning = false)
{
    internal static ProbeAnswer Fail(string text) => new(ProbeOutcome.Failure, text);

    internal static ProbeAnswer Unclear(string text) => new(ProbeOutcome.Unknown, text);
}
