using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>What holds for roles and their bindings, of either scope.</summary>
internal static class RoleRules
{
    /// <summary>What is said of all four kinds.</summary>
    public const string NotActedOnYet = "nothing is permitted or refused by roles";

    private const string Group = "rbac.authorization.k8s.io";

    public static IReadOnlyList<FieldError> Check(IReadOnlyList<PolicyRule> rules, bool isNamespaced)
    {
        var errors = new FieldErrors();
        for (var i = 0; i < rules.Count; i++) CheckRule(errors["rules"][i], rules[i], isNamespaced);
        return errors.Found;
    }

    public static RoleRef Defaulted(RoleRef role) => role.ApiGroup.Length == 0 ? role with { ApiGroup = Group } : role;

    public static Subject Defaulted(Subject subject) =>
        string.IsNullOrEmpty(subject.ApiGroup) && subject.Kind is ("User" or "Group")
            ? subject with { ApiGroup = Group }
            : subject;

    public static IReadOnlyList<FieldError> CheckBinding(
        RoleRef role, RoleRef? old, IReadOnlyList<Subject> subjects, bool isNamespaced)
    {
        var errors = new FieldErrors();
        var at = errors["roleRef"];
        if (role.ApiGroup != Group) at["apiGroup"].NotSupported(role.ApiGroup, Group);
        string[] kinds = isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
        if (!kinds.Contains(role.Kind)) at["kind"].NotSupported(role.Kind, kinds);
        if (role.Name.Length == 0) at["name"].Required();
        else at["name"].Invalid(role.Name, NameRules.PathSegment(role.Name));
        for (var i = 0; i < subjects.Count; i++) CheckSubject(errors["subjects"][i], subjects[i], isNamespaced);
        if (old is not null && role != old)
        {
            at.Invalid(
                new GoLiteral(
                    $"rbac.RoleRef{{APIGroup:\"{role.ApiGroup}\", Kind:\"{role.Kind}\", Name:\"{role.Name}\"}}"),
                "cannot change roleRef");
        }
        return errors.Found;
    }

    private static void CheckRule(FieldErrors at, PolicyRule rule, bool isNamespaced)
    {
        if (rule.Verbs.Count == 0) at["verbs"].Required("verbs must contain at least one value");
        if (rule.NonResourceURLs.Count > 0)
        {
            if (isNamespaced)
            {
                at["nonResourceURLs"].Invalid(
                    rule.NonResourceURLs, "namespaced rules cannot apply to non-resource URLs");
            }
            if (rule.ApiGroups.Count > 0 || rule.Resources.Count > 0 || rule.ResourceNames.Count > 0)
            {
                at["nonResourceURLs"].Invalid(rule.NonResourceURLs,
                    "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.ApiGroups.Count == 0) at["apiGroups"].Required("resource rules must supply at least one api group");
        if (rule.Resources.Count == 0) at["resources"].Required("resource rules must supply at least one resource");
    }

    private static void CheckSubject(FieldErrors at, Subject subject, bool isNamespaced)
    {
        if (subject.Name.Length == 0) at["name"].Required();
        switch (subject.Kind)
        {
            case "ServiceAccount":
                if (subject.Name.Length > 0) at["name"].Invalid(subject.Name, NameRules.DnsSubdomain(subject.Name));
                if (!string.IsNullOrEmpty(subject.ApiGroup)) at["apiGroup"].NotSupported(subject.ApiGroup, "");
                if (!isNamespaced && string.IsNullOrEmpty(subject.Namespace)) at["namespace"].Required();
                break;
            case "User" or "Group":
                if (subject.ApiGroup != Group) at["apiGroup"].NotSupported(subject.ApiGroup ?? "", Group);
                break;
            default:
                at["kind"].NotSupported(subject.Kind, "ServiceAccount", "User", "Group");
                break;
        }
    }
}
