using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>
/// Whether a controller lays claim to labels. An empty selector claims nothing, for it would claim everything.
/// </summary>
internal static class Selectors
{
    public static bool Matches(LabelSelector selector, IReadOnlyDictionary<string, string> labels) =>
        selector.MatchLabels.Count + selector.MatchExpressions.Count > 0 && LabelSelectors.Matches(selector, labels);
}
