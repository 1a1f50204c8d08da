namespace Orchestrator.Api.Meta;

/// <summary>What holds for label selectors inside objects.</summary>
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
