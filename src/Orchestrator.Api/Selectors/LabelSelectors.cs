using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Selectors;

/// <summary>Label selectors, as text of a query and as records of a spec: reading, matching, printing.</summary>
public static class LabelSelectors
{
    /// <summary>The requirements of a <c>labelSelector</c> parameter; none for an empty one.</summary>
    /// <exception cref="ApiException">400 <c>unable to parse requirement: …</c></exception>
    public static IReadOnlyList<LabelRequirement> Parse(string? text) =>
        string.IsNullOrEmpty(text) ? [] : Sorted(new LabelSelectorParser(text).Parse());

    /// <summary>The labels meet every requirement.</summary>
    public static bool Matches(
        this IReadOnlyList<LabelRequirement> requirements, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in requirements)
        {
            if (!requirement.Matches(labels)) return false;
        }
        return true;
    }

    /// <summary>
    /// The requirements of a selector of a spec. An empty selector has none and so matches everything.
    /// </summary>
    /// <exception cref="ApiException">400: an operator that is none.</exception>
    public static IReadOnlyList<LabelRequirement> Requirements(LabelSelector selector) => Sorted(
    [
        .. selector.MatchLabels.Select(pair => new LabelRequirement(pair.Key, LabelOperator.Equals, [pair.Value])),
        .. selector.MatchExpressions.Select(Requirement),
    ]);

    /// <summary>The labels meet a selector of a spec. No selector matches nothing, an empty one everything.</summary>
    public static bool Matches(LabelSelector? selector, IReadOnlyDictionary<string, string> labels)
    {
        if (selector is null) return false;
        foreach (var (key, value) in selector.MatchLabels)
        {
            if (!labels.TryGetValue(key, out var actual) || actual != value) return false;
        }
        return selector.MatchExpressions.Count == 0
            || selector.MatchExpressions.All(expression => Requirement(expression).Matches(labels));
    }

    /// <summary>The selector as text, <c>app=web,tier in (a,b)</c>; "" when it is empty.</summary>
    public static string Format(IEnumerable<LabelRequirement> requirements) => string.Join(',', requirements);

    /// <summary>The selector as text, as the status of Scale carries it.</summary>
    public static string Format(LabelSelector selector) => Format(Requirements(selector));

    /// <summary>The selector as the wide tables print it: <c>&lt;none&gt;</c> when there is none.</summary>
    public static string Shown(LabelSelector? selector) =>
        selector is null || Format(selector) is not { Length: > 0 } text ? "<none>" : text;

    private static LabelRequirement Requirement(LabelSelectorRequirement expression)
    {
        var op = expression.Operator switch
        {
            "In" => LabelOperator.In,
            "NotIn" => LabelOperator.NotIn,
            "Exists" => LabelOperator.Exists,
            "DoesNotExist" => LabelOperator.DoesNotExist,
            _ => throw ApiException.BadRequest($"\"{expression.Operator}\" is not a valid label selector operator"),
        };
        return new(expression.Key, op, [.. expression.Values.Order(StringComparer.Ordinal)]);
    }

    private static List<LabelRequirement> Sorted(IEnumerable<LabelRequirement> requirements) =>
        [.. requirements.OrderBy(requirement => requirement.Key, StringComparer.Ordinal)];
}
