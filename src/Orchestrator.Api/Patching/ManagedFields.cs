using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>
/// Keeps <c>metadata.managedFields</c> true for writes that are no apply: POST, PUT and the other patches.
/// </summary>
public static class ManagedFields
{
    /// <summary>
    /// The object with its managers brought up to date; the same instance when nothing changed hands.
    /// </summary>
    /// <param name="kind">The kind of both objects.</param>
    /// <param name="before">The stored object; null at creation.</param>
    /// <param name="after">The object to be stored.</param>
    /// <param name="manager">Who writes: the <c>fieldManager</c> parameter, or the user agent up to its slash.</param>
    /// <param name="subresource">The door it comes through: "" or <c>status</c>.</param>
    /// <param name="now">The time of the write.</param>
    /// <param name="asked">
    /// What the writer asked for, with defaults; what the server itself added to that is nobody's. Null: all is asked
    /// for.
    /// </param>
    public static ApiObject Record(
        Kind kind, ApiObject? before, ApiObject after, string manager, string subresource, DateTimeOffset now,
        ApiObject? asked = null)
    {
        using var old = before is null ? null : FieldsOf(before);
        using var next = FieldsOf(after);
        var (changed, removed) = FieldTrees.Compare(kind.Shape, old?.RootElement, next.RootElement);
        if (asked is not null)
        {
            using var wanted = FieldsOf(asked);
            changed = changed.And(FieldTrees.Of(kind.Shape, wanted.RootElement));
        }
        var me = new ManagedEntry(manager, ManagedEntry.Updated, kind.ApiVersion, subresource, now, changed);
        var lost = changed.Union(removed);
        var result = new List<ManagedEntry>();
        foreach (var entry in ManagedEntry.ReadAll(Base(before, after)))
        {
            if (!entry.IsSameManager(me)) result.Add(entry with { Fields = entry.Fields.Minus(lost) });
            else if (changed.IsEmpty) me = entry with { Fields = entry.Fields.Minus(removed) };
            else me = me with { Fields = entry.Fields.Minus(removed).Union(changed) };
        }
        result.Add(me);
        var entries = ManagedEntry.WriteAll(result);
        return ApiJson.AreSame(entries, after.Metadata.ManagedFields)
            ? after
            : after with { Metadata = after.Metadata with { ManagedFields = entries } };
    }

    // The record of who owns which field is owned by nobody.
    private static JsonDocument FieldsOf(ApiObject obj) =>
        JsonDocument.Parse(ApiJson.Write(obj with { Metadata = obj.Metadata with { ManagedFields = [] } }));

    // A writer may edit the list itself: kubectl does so to hand ownership over, and [{}] clears it.
    private static IReadOnlyList<ManagedFieldsEntry> Base(ApiObject? before, ApiObject after) =>
        after.Metadata.ManagedFields.Count > 0 ? after.Metadata.ManagedFields : before?.Metadata.ManagedFields ?? [];
}
