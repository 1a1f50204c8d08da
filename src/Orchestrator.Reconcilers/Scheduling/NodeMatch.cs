using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// Whether a node is what a pod's selector and affinity ask for. Terms are alternatives, expressions add up.
/// </summary>
internal static class NodeMatch
{
    /// <summary>The nodeSelector and the required node affinity.</summary>
    public static bool Meets(PodSpec spec, Node node) =>
        spec.NodeSelector.All(pair => node.Metadata.Labels.GetValueOrDefault(pair.Key) == pair.Value)
        && (spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution is not { } required
            || required.NodeSelectorTerms.Any(term => Meets(term, node)));

    /// <summary>The summed weights of the preferences the node meets.</summary>
    public static int Preference(PodSpec spec, Node node)
    {
        if (spec.Affinity?.NodeAffinity is not { } affinity) return 0;
        var sum = 0;
        foreach (var preferred in affinity.PreferredDuringSchedulingIgnoredDuringExecution)
        {
            if (preferred.Preference is { } term && MeetsAll(term, node)) sum += preferred.Weight;
        }
        return sum;
    }

    // A required term without any condition matches nothing; a preferred one matches everything, as in the reference.
    public static bool Meets(NodeSelectorTerm term, Node node) =>
        term.MatchExpressions.Count + term.MatchFields.Count > 0 && MeetsAll(term, node);

    private static bool MeetsAll(NodeSelectorTerm term, Node node) =>
        term.MatchExpressions.All(expression => Meets(
            expression, node.Metadata.Labels.TryGetValue(expression.Key, out var value) ? value : null))
        && term.MatchFields.All(field => Meets(
            field, field.Key == "metadata.name" ? node.Metadata.Name : null));

    private static bool Meets(NodeSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        "In" => value is not null && requirement.Values.Contains(value),
        "NotIn" => value is null || !requirement.Values.Contains(value),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => Compare(requirement, value) > 0,
        "Lt" => Compare(requirement, value) < 0,
        _ => false,
    };

    private static int Compare(NodeSelectorRequirement requirement, string? value) =>
        requirement.Values.Count == 1 && long.TryParse(value, out var actual)
        && long.TryParse(requirement.Values[0], out var bound)
            ? actual.CompareTo(bound)
            : 0;
}
