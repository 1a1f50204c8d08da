using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Namespaces;

/// <summary>Tells, in the reference's words, what keeps a namespace from going.</summary>
internal static class NamespaceConditions
{
    public static NamespaceStatus Terminating(
        NamespaceStatus before, IReadOnlyList<ApiObject> contents, IReadOnlyList<string> failures, DateTimeOffset now)
    {
        (string Type, bool Is, string Reason, string Message)[] found =
        [
            ("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered",
                "All resources successfully discovered"),
            ("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions",
                "All legacy kube types successfully parsed"),
            ContentFailure(failures),
            ContentRemaining(contents),
            FinalizersRemaining(contents),
        ];
        var types = found.Select(condition => condition.Type).ToHashSet(StringComparer.Ordinal);
        return before with
        {
            Phase = "Terminating",
            Conditions =
            [
                .. before.Conditions.Where(condition => !types.Contains(condition.Type)),
                .. found.Select(condition =>
                    Condition(before, condition.Type, condition.Is, condition.Reason, condition.Message, now)),
            ],
        };
    }

    private static (string, bool, string, string) ContentFailure(IReadOnlyList<string> failures) =>
        failures.Count == 0
            ? ("NamespaceDeletionContentFailure", false, "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization")
            : ("NamespaceDeletionContentFailure", true, "ContentDeletionFailed",
                $"Failed to delete all resource types, {failures.Count} remaining: "
                + string.Join(", ", failures.Order(StringComparer.Ordinal)));

    private static (string, bool, string, string) ContentRemaining(IReadOnlyList<ApiObject> contents)
    {
        var texts = contents.Select(KindRegistry.Of).GroupBy(kind => (kind.Plural, kind.Group))
            .Select(group => $"{group.Key.Plural}.{group.Key.Group} has {group.Count()} resource instances")
            .Order(StringComparer.Ordinal);
        return contents.Count == 0
            ? ("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
            : ("NamespaceContentRemaining", true, "SomeResourcesRemain",
                $"Some resources are remaining: {string.Join(", ", texts)}");
    }

    private static (string, bool, string, string) FinalizersRemaining(IReadOnlyList<ApiObject> contents)
    {
        var texts = contents.SelectMany(obj => obj.Metadata.Finalizers).GroupBy(finalizer => finalizer)
            .Select(group => $"{group.Key} in {group.Count()} resource instances")
            .Order(StringComparer.Ordinal).ToList();
        return texts.Count == 0
            ? ("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers",
                "All content-preserving finalizers finished")
            : ("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain",
                $"Some content in the namespace has finalizers remaining: {string.Join(", ", texts)}");
    }

    private static NamespaceCondition Condition(
        NamespaceStatus before, string type, bool isTrue, string reason, string message, DateTimeOffset now)
    {
        var value = isTrue ? "True" : "False";
        var old = before.Conditions.FirstOrDefault(condition => condition.Type == type);
        if (old?.Status == value && old.Reason == reason && old.Message == message) return old;
        return new()
        {
            Type = type,
            Status = value,
            LastTransitionTime = old?.Status == value ? old.LastTransitionTime : now,
            Reason = reason,
            Message = message,
        };
    }
}
