using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>Who may do in the whole cluster what a cluster role says.</summary>
public sealed record ClusterRoleBinding : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ClusterRoleBinding> Kind { get; } = new(
        "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings")
    {
        IsNamespaced = false,
        NameRule = NameRules.PathSegment,
        Columns = BindingColumns.Of<ClusterRoleBinding>(static b => b.RoleRef, static b => b.Subjects),
        Default = static binding => binding with
        {
            RoleRef = RoleRules.Defaulted(binding.RoleRef),
            Subjects = [.. binding.Subjects.Select(RoleRules.Defaulted)],
        },
        Validate = static (binding, old) => RoleRules.CheckBinding(
            binding.RoleRef, old?.RoleRef, binding.Subjects, isNamespaced: false),
        NotActedOnYet = RoleRules.NotActedOnYet,
    };

    public IReadOnlyList<Subject> Subjects { get; init => field = value ?? []; } = [];
    public RoleRef RoleRef { get; init => field = value ?? new(); } = new();
}
