using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>Who may do in one namespace what a role says.</summary>
public sealed record RoleBinding : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<RoleBinding> Kind { get; } = new(
        "rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings")
    {
        NameRule = NameRules.PathSegment,
        Columns = BindingColumns.Of<RoleBinding>(static b => b.RoleRef, static b => b.Subjects),
        Default = static binding => binding with
        {
            RoleRef = RoleRules.Defaulted(binding.RoleRef),
            Subjects = [.. binding.Subjects.Select(RoleRules.Defaulted)],
        },
        Validate = static (binding, old) => RoleRules.CheckBinding(
            binding.RoleRef, old?.RoleRef, binding.Subjects, isNamespaced: true),
        NotActedOnYet = RoleRules.NotActedOnYet,
    };

    public IReadOnlyList<Subject> Subjects { get; init => field = value ?? []; } = [];
    public RoleRef RoleRef { get; init => field = value ?? new(); } = new();
}
