using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>Whether labels meet a selector. An empty selector claims nothing, for it would claim everything.</summary>
internal static class Selectors
{
    public static bool Matches(LabelSelector selector, IReadOnlyDictionary<string, string> labels) =>
        selector.MatchLabels.Count + selector.MatchExpressions.Count > 0
        && selector.MatchLabels.All(pair => labels.GetValueOrDefault(pair.Key) == pair.Value)
        && selector.MatchExpressions.All(requirement => Meets(requirement, labels));

    private static bool Meets(LabelSelectorRequirement requirement, IReadOnlyDictionary<string, string> labels)
    {
        var has = labels.TryGetValue(requirement.Key, out var value);
        return requirement.Operator switch
        {
            "In" => has && requirement.Values.Contains(value!),
            "NotIn" => !has || !requirement.Values.Contains(value!),
            "Exists" => has,
            "DoesNotExist" => !has,
            _ => false,
        };
    }
}
