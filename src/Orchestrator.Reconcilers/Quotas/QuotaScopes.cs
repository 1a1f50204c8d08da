using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Quotas;

/// <summary>Which objects a quota is about: all of its namespace, or, with scopes, the pods that are in all of
/// them.</summary>
public static class QuotaScopes
{
    /// <summary>The quota counts the object.</summary>
    public static bool Matches(ResourceQuotaSpec quota, ApiObject obj)
    {
        var selected = quota.ScopeSelector?.MatchExpressions ?? [];
        if (quota.Scopes.Count + selected.Count == 0) return true;
        return obj is Pod pod && quota.Scopes.All(scope => IsIn(pod, scope, "Exists", []))
            && selected.All(scope => IsIn(pod, scope.ScopeName, scope.Operator, scope.Values));
    }

    /// <summary>They are about the same objects.</summary>
    public static bool AreSame(ResourceQuotaSpec one, ResourceQuotaSpec other) =>
        one.Scopes.ToHashSet().SetEquals(other.Scopes)
        && Shown(one.ScopeSelector).SequenceEqual(Shown(other.ScopeSelector));

    private static IEnumerable<string> Shown(ScopeSelector? selector) => (selector?.MatchExpressions ?? [])
        .Select(scope => $"{scope.ScopeName} {scope.Operator} {string.Join(',', scope.Values)}");

    private static bool IsIn(Pod pod, string scope, string op, IReadOnlyList<string> values) => scope switch
    {
        "Terminating" => pod.Spec.ActiveDeadlineSeconds is >= 0,
        "NotTerminating" => pod.Spec.ActiveDeadlineSeconds is not >= 0,
        "BestEffort" => QosClass.Of(pod.Spec) == QosClass.BestEffort,
        "NotBestEffort" => QosClass.Of(pod.Spec) != QosClass.BestEffort,
        "PriorityClass" => IsOfClass(pod.Spec.PriorityClassName ?? "", op, values),
        "CrossNamespacePodAffinity" => LooksAcrossNamespaces(pod.Spec.Affinity),
        _ => false,
    };

    private static bool IsOfClass(string priorityClass, string op, IReadOnlyList<string> values) => op switch
    {
        "Exists" => priorityClass.Length > 0,
        "DoesNotExist" => priorityClass.Length == 0,
        "In" => values.Contains(priorityClass) && priorityClass.Length > 0,
        "NotIn" => !values.Contains(priorityClass) || priorityClass.Length == 0,
        _ => false,
    };

    private static bool LooksAcrossNamespaces(Affinity? affinity)
    {
        var (near, far) = (affinity?.PodAffinity ?? new(), affinity?.PodAntiAffinity ?? new());
        return near.RequiredDuringSchedulingIgnoredDuringExecution
            .Concat(far.RequiredDuringSchedulingIgnoredDuringExecution)
            .Concat(near.PreferredDuringSchedulingIgnoredDuringExecution
                .Concat(far.PreferredDuringSchedulingIgnoredDuringExecution)
                .Select(weighted => weighted.PodAffinityTerm).OfType<PodAffinityTerm>())
            .Any(term => term.Namespaces.Count > 0 || term.NamespaceSelector is not null);
    }
}
