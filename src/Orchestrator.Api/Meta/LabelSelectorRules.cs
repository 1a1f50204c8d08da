namespace Orchestrator.Api.Meta;

/// <summary>What holds for label selectors inside objects, whom they select, and how tables show them.</summary>
public static class LabelSelectorRules
{
    /// <summary>Selects by nothing: everything, or nothing, as the kind says.</summary>
    public static bool IsEmpty(this LabelSelector selector) =>
        selector.MatchLabels.Count == 0 && selector.MatchExpressions.Count == 0;

    /// <summary>All that is wrong with the selector.</summary>
    public static void Check(FieldErrors at, LabelSelector? selector)
    {
        if (selector is null) return;
        ObjectMetaRules.CheckLabels(at["matchLabels"], selector.MatchLabels);
        for (var i = 0; i < selector.MatchExpressions.Count; i++)
        {
            CheckRequirement(at["matchExpressions"][i], selector.MatchExpressions[i]);
        }
    }

    /// <summary>All requirements hold for these labels. An empty selector selects everything.</summary>
    public static bool Selects(this LabelSelector selector, IReadOnlyDictionary<string, string> labels) =>
        selector.MatchLabels.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value)
        && selector.MatchExpressions.All(requirement => Holds(requirement, labels));

    /// <summary>The selector as a query: <c>app=web,tier in (a,b)</c>; <c>&lt;none&gt;</c> when empty.</summary>
    public static string Show(this LabelSelector selector)
    {
        if (selector.IsEmpty()) return "<none>";
        var labels = selector.MatchLabels.Select(pair => (pair.Key, Text: $"{pair.Key}={pair.Value}"));
        var expressions = selector.MatchExpressions.Select(requirement => (requirement.Key, Text: Show(requirement)));
        return string.Join(",",
            labels.Concat(expressions).OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => part.Text));
    }

    private static string Show(LabelSelectorRequirement requirement) => requirement.Operator switch
    {
        "In" => $"{requirement.Key} in ({string.Join(",", requirement.Values.Order(StringComparer.Ordinal))})",
        "NotIn" => $"{requirement.Key} notin ({string.Join(",", requirement.Values.Order(StringComparer.Ordinal))})",
        "Exists" => requirement.Key,
        "DoesNotExist" => $"!{requirement.Key}",
        _ => "<error>",
    };

    private static bool Holds(LabelSelectorRequirement requirement, IReadOnlyDictionary<string, string> labels)
    {
        var isSet = labels.TryGetValue(requirement.Key, out var value);
        return requirement.Operator switch
        {
            "In" => isSet && requirement.Values.Contains(value!),
            "NotIn" => !isSet || !requirement.Values.Contains(value!),
            "Exists" => isSet,
            "DoesNotExist" => !isSet,
            _ => false,
        };
    }

    private static void CheckRequirement(FieldErrors at, LabelSelectorRequirement requirement)
    {
        switch (requirement.Operator)
        {
            case "In" or "NotIn":
                if (requirement.Values.Count == 0)
                {
                    at["values"].Required("must be specified when `operator` is 'In' or 'NotIn'");
                }
                break;
            case "Exists" or "DoesNotExist":
                if (requirement.Values.Count > 0)
                {
                    at["values"].Forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
                break;
            default:
                at["operator"].Invalid(requirement.Operator, "not a valid selector operator");
                break;
        }
        at["key"].Invalid(requirement.Key, NameRules.QualifiedName(requirement.Key));
        for (var i = 0; i < requirement.Values.Count; i++)
        {
            at["values"][i].Invalid(requirement.Values[i], NameRules.LabelValue(requirement.Values[i]));
        }
    }
}
