using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for ResourceQuotas.</summary>
internal static class ResourceQuotaValidation
{
    private const string OfScope =
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
        + "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
        + "ResourceQuotaScopeCrossNamespacePodAffinity";

    private static readonly IReadOnlyList<string> Scopes =
        Choices.Of<ResourceQuotaSpec>(nameof(ResourceQuotaSpec.Scopes));

    private static readonly string[] OfPods =
        ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

    public static IReadOnlyList<FieldError> Check(ResourceQuota quota, ResourceQuota? old)
    {
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], quota.Spec);
        foreach (var (name, amount) in spec.Hard)
        {
            var hard = at["hard"].Key(name);
            ResourceNames.CheckOfQuota(hard, name);
            if (amount.IsNegative) hard.Invalid($"{amount}", "must be greater than or equal to 0");
            if (ResourceNames.Counted.Contains(name) && amount.MilliValue % 1000 != 0)
                hard.Invalid($"{amount}", "must be an integer");
        }
        CheckScopes(at["scopes"], spec);
        CheckSelector(at["scopeSelector"]["matchExpressions"], spec);
        if (old is not null && !old.Spec.Scopes.ToHashSet().SetEquals(spec.Scopes))
            at["scopes"].Invalid(spec.Scopes, "field is immutable");
        return errors.Found;
    }

    private static void CheckScopes(FieldErrors at, ResourceQuotaSpec spec)
    {
        foreach (var scope in spec.Scopes)
        {
            if (!Scopes.Contains(scope)) at.Invalid(spec.Scopes, "unsupported scope");
            foreach (var _ in Misplaced(scope, spec)) at.Invalid(spec.Scopes, "unsupported scope applied to resource");
        }
        CheckPairs(at, spec.Scopes);
    }

    private static void CheckSelector(FieldErrors at, ResourceQuotaSpec spec)
    {
        if (spec.ScopeSelector is not { } selector) return;
        foreach (var requirement in selector.MatchExpressions)
        {
            var (scope, op) = (requirement.ScopeName, requirement.Operator);
            if (!Scopes.Contains(scope)) at["scopeName"].Invalid(scope, "unsupported scope");
            foreach (var _ in Misplaced(scope, spec)) at.Invalid(scope, "unsupported scope applied to resource");
            if (scope != "PriorityClass" && Scopes.Contains(scope) && op != "Exists")
                at["operator"].Invalid(op, OfScope);
            switch (op)
            {
                case "In" or "NotIn":
                    if (requirement.Values.Count == 0)
                    {
                        at["values"].Required(
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                    }
                    break;
                case "Exists" or "DoesNotExist":
                    if (requirement.Values.Count > 0)
                    {
                        at["values"].Invalid(requirement.Values,
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                    }
                    break;
                default:
                    at["operator"].Invalid(op, "not a valid selector operator");
                    break;
            }
        }
        CheckPairs(at, [.. selector.MatchExpressions.Select(requirement => requirement.ScopeName)]);
    }

    // Scopes are of pods; of those that ask for nothing there is only their number.
    private static IEnumerable<string> Misplaced(string scope, ResourceQuotaSpec spec) => !Scopes.Contains(scope)
        ? []
        : spec.Hard.Keys.Where(ResourceNames.IsOfQuota)
            .Where(name => scope == "BestEffort" ? name != "pods" : !OfPods.Contains(name));

    private static void CheckPairs(FieldErrors at, IReadOnlyList<string> scopes)
    {
        if ((scopes.Contains("BestEffort") && scopes.Contains("NotBestEffort"))
            || (scopes.Contains("Terminating") && scopes.Contains("NotTerminating")))
        {
            at.Invalid(scopes, "conflicting scopes");
        }
    }
}
