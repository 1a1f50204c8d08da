using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>The table of bindings, of either scope.</summary>
internal static class BindingColumns
{
    public static IReadOnlyList<Column<T>> Of<T>(Func<T, RoleRef> role, Func<T, IReadOnlyList<Subject>> subjects)
        where T : ApiObject =>
    [
        Cells.Name<T>(),
        new("Role", "string", (binding, _) => $"{role(binding).Kind}/{role(binding).Name}"),
        Cells.Age<T>(),
        new("Users", "string", (binding, _) => Names(subjects(binding), "User"), IsWide: true),
        new("Groups", "string", (binding, _) => Names(subjects(binding), "Group"), IsWide: true),
        new("ServiceAccounts", "string", (binding, _) => Names(subjects(binding), "ServiceAccount"), IsWide: true),
    ];

    private static string Names(IReadOnlyList<Subject> subjects, string kind) => string.Join(", ", subjects
        .Where(subject => subject.Kind == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.Namespace}/{subject.Name}" : subject.Name));
}
