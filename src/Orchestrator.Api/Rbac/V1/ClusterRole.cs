using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>What may be done in the whole cluster, or in any namespace that binds it.</summary>
public sealed record ClusterRole : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ClusterRole> Kind { get; } = new("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles")
    {
        IsNamespaced = false,
        NameRule = NameRules.PathSegment,
        Columns = [Cells.Name<ClusterRole>(), Cells.CreatedAt<ClusterRole>()],
        Validate = static (role, _) => Check(role),
        NotActedOnYet = RoleRules.NotActedOnYet,
    };

    public IReadOnlyList<PolicyRule> Rules { get; init => field = value ?? []; } = [];
    public AggregationRule? AggregationRule { get; init; }

    private static IReadOnlyList<FieldError> Check(ClusterRole role)
    {
        var errors = new FieldErrors();
        if (role.AggregationRule is { } aggregation)
        {
            var at = errors["aggregationRule"]["clusterRoleSelectors"];
            if (aggregation.ClusterRoleSelectors.Count == 0)
                at.Required("at least one clusterRoleSelector required if aggregationRule is non-nil");
            for (var i = 0; i < aggregation.ClusterRoleSelectors.Count; i++)
            {
                LabelSelectorRules.Check(at[i], aggregation.ClusterRoleSelectors[i]);
            }
        }
        return [.. RoleRules.Check(role.Rules, isNamespaced: false), .. errors.Found];
    }
}
