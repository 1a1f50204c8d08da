using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>
/// Server-side apply: the caller says all it wants of an object and nothing else. Fields it once wanted and no longer
/// names go away unless others own them; fields that others own with another value are a conflict. Pure.
/// </summary>
public static class ServerSideApply
{
    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>The object after the apply; equal to <paramref name="current"/> when nothing changes.</summary>
    /// <param name="kind">The kind of the object.</param>
    /// <param name="current">The stored object with apiVersion and kind; null when there is none.</param>
    /// <param name="applied">What the caller wants.</param>
    /// <param name="manager">Who the caller is: the <c>fieldManager</c> parameter.</param>
    /// <param name="force">Take over fields that others own with another value.</param>
    /// <param name="now">The time of the apply.</param>
    /// <param name="subresource">"" or <c>status</c>.</param>
    /// <exception cref="ApiException">400: the body is unfit; 409: others own what the caller sets.</exception>
    public static JsonObject Apply(
        Kind kind, JsonObject? current, JsonObject applied, string manager, bool force, DateTimeOffset now,
        string subresource = "")
    {
        var shape = kind.Shape;
        var wanted = Wanted(kind, applied, subresource);
        var managers = Managers(kind, shape, current);
        var me = new ManagedEntry(
            manager, ManagedEntry.Applied, kind.ApiVersion, subresource, now, FieldTrees.Of(shape, wanted));
        var mine = managers.Find(entry => entry.IsSameManager(me));
        var others = managers.Where(entry => !entry.IsSameManager(me)).ToList();

        var merged = Merged(shape, current, wanted, me.Fields, mine?.Fields ?? FieldSet.Empty, others);
        var (changed, removed) = FieldTrees.Compare(
            shape, current is null ? null : JsonTrees.ToElement(current), JsonTrees.ToElement(merged));
        var conflicts = others.Select(entry => (Entry: entry, Fields: entry.Fields.And(changed)))
            .Where(conflict => !conflict.Fields.IsEmpty).ToList();
        if (conflicts.Count > 0 && !force) throw Conflict(kind, NameOf(current ?? wanted), conflicts);

        var isSettled = changed.IsEmpty && removed.IsEmpty && mine?.Fields.SameAs(me.Fields) == true;
        if (isSettled && current is not null) return (JsonObject)current.DeepClone();
        var kept = others.Select(entry => entry with { Fields = entry.Fields.Minus(changed) });
        return With(merged, ManagedEntry.WriteAll([.. kept, me]));
    }

    private static JsonObject With(JsonObject merged, IReadOnlyList<ManagedFieldsEntry> entries)
    {
        if (merged["metadata"] is not JsonObject metadata) merged["metadata"] = metadata = [];
        metadata.Remove("managedFields");
        if (entries.Count > 0) metadata["managedFields"] = ManagedEntry.TreeOf(entries);
        return merged;
    }

    private static JsonObject Merged(
        Shape shape, JsonObject? current, JsonObject wanted, FieldSet wantedFields, FieldSet once,
        List<ManagedEntry> others)
    {
        if (current is null) return (JsonObject)wanted.DeepClone();
        var merged = (JsonObject)ApplyMerge.Merge(shape, MergeRule.Default, current, wanted)!;
        var theirs = others.Aggregate(FieldSet.Empty, static (set, entry) => set.Union(entry.Fields));
        var kept = theirs.Union(wantedFields);
        ApplyMerge.Prune(shape, MergeRule.Default, merged, once.Minus(kept), kept);
        return merged;
    }

    private static JsonObject Wanted(Kind kind, JsonObject applied, string subresource)
    {
        if (applied["apiVersion"] is null) throw Missing("apiVersion");
        if (applied["kind"] is null) throw Missing("Kind");
        if ((applied["metadata"] as JsonObject)?["managedFields"] is JsonArray { Count: > 0 })
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }
        var wanted = WithoutNulls(applied);
        (wanted["metadata"] as JsonObject)?.Remove("managedFields");
        if (subresource == "status") wanted.Remove("spec");
        else if (kind.Has("status")) wanted.Remove("status");
        return wanted;
    }

    // An object older than the bookkeeping: whatever it holds was set by someone, before the first apply.
    private static List<ManagedEntry> Managers(Kind kind, Shape shape, JsonObject? current)
    {
        var managers = ManagedEntry.ReadAll(current);
        if (current is null || managers.Count > 0) return managers;
        var since = ManagedEntry.TimeOf((current["metadata"] as JsonObject)?["creationTimestamp"]?.ToString());
        return
        [
            new(BeforeFirstApply, ManagedEntry.Updated, kind.ApiVersion, "", since,
                FieldTrees.Of(shape, current).Without("f:status")),
        ];
    }

    private static ApiException Conflict(Kind kind, string name, List<(ManagedEntry Entry, FieldSet Fields)> conflicts)
    {
        var all = conflicts.Select(conflict => (Manager: conflict.Entry.ToString(), conflict.Fields))
            .OrderBy(conflict => conflict.Manager, StringComparer.Ordinal)
            .SelectMany(conflict => conflict.Fields.Paths().Select(path => (conflict.Manager, Path: path)))
            .ToList();
        var text = all.Count == 1
            ? $"conflict with {all[0].Manager}: {all[0].Path}"
            : string.Join('\n', all.GroupBy(conflict => conflict.Manager).Select(group =>
                $"conflicts with {group.Key}:\n{string.Join('\n', group.Select(conflict => $"- {conflict.Path}"))}"));
        var causes = all.Select(conflict =>
            new StatusCause("FieldManagerConflict", $"conflict with {conflict.Manager}", conflict.Path)).ToList();
        var message = $"Apply failed with {all.Count} conflict{(all.Count == 1 ? "" : "s")}: {text}";
        return new(409, "Conflict", message, new StatusDetails(name, kind.Group, kind.Plural, causes));
    }

    private static ApiException Missing(string field) =>
        ApiException.BadRequest($"Object '{field}' is missing in the applied configuration");

    private static string NameOf(JsonObject obj) => (obj["metadata"] as JsonObject)?["name"]?.ToString() ?? "";

    private static JsonObject WithoutNulls(JsonObject obj)
    {
        var result = new JsonObject();
        foreach (var (name, value) in obj)
        {
            if (value is JsonObject fields) result[name] = WithoutNulls(fields);
            else if (value is JsonArray list)
            {
                result[name] = new JsonArray(
                    [.. list.Select(item => item is JsonObject element ? WithoutNulls(element) : item?.DeepClone())]);
            }
            else if (value is not null) result[name] = value.DeepClone();
        }
        return result;
    }
}
