using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.CustomResources;

/// <summary>
/// Decides whether a definition is served: its names must be its own in its group. A definition that is being deleted
/// takes its objects with it. Pure.
/// </summary>
public static class DefinitionReconciler
{
    /// <summary>One look at a definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="others">All definitions; itself among them is passed over.</param>
    /// <param name="objectCount">How many of its objects are left.</param>
    /// <param name="now">The time.</param>
    public static DefinitionPlan Reconcile(
        CustomResourceDefinition definition, IEnumerable<CustomResourceDefinition> others, int objectCount,
        DateTimeOffset now)
    {
        if (definition.Metadata.DeletionTimestamp is not null) return Leaving(definition, objectCount, now);
        var (accepted, conflict) = Names(definition, others);
        var status = definition.Status with { AcceptedNames = accepted };
        status = conflict is null
            ? With(status, now, "NamesAccepted", true, "NoConflicts", "no conflicts found")
            : With(status, now, "NamesAccepted", false, conflict.Reason, conflict.Message);
        // Once served, always served: a later conflict of names keeps only the new names out.
        if (conflict is null)
        {
            status = With(status, now, "Established", true, "InitialNamesAccepted",
                "the initial names have been accepted");
        }
        else if (!definition.Is("Established"))
            status = With(status, now, "Established", false, "NotAccepted", "not all names are accepted");
        return new(status, DeletesObjects: false, IsFinished: false, Reasons(definition, status, now));
    }

    private static DefinitionPlan Leaving(CustomResourceDefinition definition, int objectCount, DateTimeOffset now)
    {
        var isFinished = objectCount == 0;
        var status = isFinished
            ? With(definition.Status, now, "Terminating", false, "InstanceDeletionCompleted",
                "removed all instances")
            : With(definition.Status, now, "Terminating", true, "InstanceDeletionInProgress",
                "CustomResource deletion is in progress");
        return new(status, DeletesObjects: !isFinished, isFinished, Reasons(definition, status, now));
    }

    private static (CustomResourceDefinitionNames Accepted, Conflict? Conflict) Names(
        CustomResourceDefinition definition, IEnumerable<CustomResourceDefinition> others)
    {
        var taken = others
            .Where(other => other.Metadata.Uid != definition.Metadata.Uid && other.Spec.Group == definition.Spec.Group)
            .Select(other => other.Status.AcceptedNames).ToList();
        var resources = taken.SelectMany(names => names.ShortNames.Append(names.Plural).Append(names.Singular ?? ""))
            .Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal);
        var kinds = taken.SelectMany(names => new[] { names.Kind, names.ListKind ?? "" })
            .Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal);
        var (asked, had) = (definition.Spec.Names, definition.Status.AcceptedNames);
        Conflict? conflict = null;
        var accepted = new CustomResourceDefinitionNames
        {
            Plural = Own(asked.Plural, had.Plural, resources, "Plural"),
            Singular = Own(asked.Singular ?? "", had.Singular ?? "", resources, "Singular"),
            ShortNames = asked.ShortNames.FirstOrDefault(resources.Contains) is { } name
                ? Lost(name, had.ShortNames, "ShortNames") : asked.ShortNames,
            Kind = Own(asked.Kind, had.Kind, kinds, "Kind"),
            ListKind = Own(asked.ListKind ?? "", had.ListKind ?? "", kinds, "ListKind"),
            Categories = asked.Categories,
        };
        return (accepted, conflict);

        string Own(string name, string before, HashSet<string> others, string what) =>
            others.Contains(name) ? Lost(name, before, what) : name;

        T Lost<T>(string name, T before, string what)
        {
            conflict ??= new($"{what}Conflict", $"\"{name}\" is already in use");
            return before;
        }
    }

    private static CustomResourceDefinitionStatus With(
        CustomResourceDefinitionStatus status, DateTimeOffset now, string type, bool isTrue, string reason,
        string message)
    {
        var value = isTrue ? "True" : "False";
        var old = status.Conditions.FirstOrDefault(condition => condition.Type == type);
        if (old?.Status == value && old.Reason == reason && old.Message == message) return status;
        var next = new CustomResourceDefinitionCondition
        {
            Type = type,
            Status = value,
            LastTransitionTime = old?.Status == value ? old.LastTransitionTime : now,
            Reason = reason,
            Message = message,
        };
        return status with
        {
            Conditions = old is null
                ? [.. status.Conditions, next]
                : [.. status.Conditions.Select(condition => condition.Type == type ? next : condition)],
        };
    }

    private static IReadOnlyList<ReasonRecord> Reasons(
        CustomResourceDefinition definition, CustomResourceDefinitionStatus status, DateTimeOffset now) =>
        [.. status.Conditions.Where(condition => !definition.Status.Conditions.Contains(condition))
            .Select(condition => new ReasonRecord(now, definition.Metadata.Uid ?? "",
                KindRegistry.KeyOf(definition).ToString(),
                condition.Status == "True" ? condition.Type : $"Not{condition.Type}", condition.Message ?? ""))];

    private sealed record Conflict(string Reason, string Message);
}
