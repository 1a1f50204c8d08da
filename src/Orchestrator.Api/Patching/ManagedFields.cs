using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
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
    public static ApiObject Record(
        Kind kind, ApiObject? before, ApiObject after, string manager, string subresource, DateTimeOffset now)
    {
        var tree = JsonTrees.Of(kind, after);
        var recorded = Record(kind, before is null ? null : JsonTrees.Of(kind, before), tree, manager,
            subresource, now);
        var entries = recorded["metadata"]?["managedFields"];
        if (JsonNode.DeepEquals(tree["metadata"]?["managedFields"], entries)) return after;
        var type = ApiJson.TypeInfo(typeof(IReadOnlyList<ManagedFieldsEntry>));
        var typed = entries is null ? [] : (IReadOnlyList<ManagedFieldsEntry>)entries.Deserialize(type)!;
        return after with { Metadata = after.Metadata with { ManagedFields = typed } };
    }

    /// <summary>
    /// As <see cref="Record(Kind, ApiObject?, ApiObject, string, string, DateTimeOffset)"/>, on JSON.
    /// </summary>
    public static JsonObject Record(
        Kind kind, JsonObject? before, JsonObject after, string manager, string subresource, DateTimeOffset now)
    {
        var entries = Base(before, after);
        var (changed, removed) = FieldTrees.Compare(kind.Shape, before, after);
        var me = new ManagedEntry(
            manager, ManagedEntry.Updated, kind.ApiVersion, subresource, ManagedEntry.Stamp(now), changed);
        var lost = changed.Union(removed);
        var result = new List<ManagedEntry>();
        foreach (var entry in entries)
        {
            if (!entry.IsSameManager(me)) result.Add(entry with { Fields = entry.Fields.Minus(lost) });
            else if (changed.IsEmpty) me = entry with { Fields = entry.Fields.Minus(removed) };
            else me = me with { Fields = entry.Fields.Minus(removed).Union(changed) };
        }
        result.Add(me);
        return With(after, ManagedEntry.WriteAll(result));
    }

    /// <summary>The object with those managers.</summary>
    internal static JsonObject With(JsonObject obj, JsonArray entries)
    {
        var result = (JsonObject)obj.DeepClone();
        if (result["metadata"] is not JsonObject metadata) result["metadata"] = metadata = [];
        metadata.Remove("managedFields");
        if (entries.Count > 0) metadata["managedFields"] = entries;
        return result;
    }

    // A writer may edit the list itself: kubectl does so to hand ownership over, and [{}] clears it.
    private static List<ManagedEntry> Base(JsonObject? before, JsonObject after)
    {
        var isSent = (after["metadata"] as JsonObject)?["managedFields"] is JsonArray { Count: > 0 };
        return ManagedEntry.ReadAll(isSent ? after : before);
    }
}
