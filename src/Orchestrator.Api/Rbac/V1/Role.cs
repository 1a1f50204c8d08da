using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>What may be done in one namespace.</summary>
public sealed record Role : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Role> Kind { get; } = new("rbac.authorization.k8s.io/v1", "Role", "roles")
    {
        NameRule = NameRules.PathSegment,
        Columns = [Cells.Name<Role>(), Cells.CreatedAt<Role>()],
        Validate = static (role, _) => RoleRules.Check(role.Rules, isNamespaced: true),
        NotActedOnYet = RoleRules.NotActedOnYet,
    };

    public IReadOnlyList<PolicyRule> Rules { get; init => field = value ?? []; } = [];
}
