using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;

namespace Orchestrator.Api.Patching;

/// <summary>Lists of a strategic merge whose elements are found by a key, or which are sets of plain values.</summary>
internal static class KeyedLists
{
    /// <summary>The merged list, in the order of the reference; both arguments may be consumed.</summary>
    public static JsonArray Merge(JsonArray original, JsonArray patch, MergeRule rule, Shape element)
    {
        if (patch.Count == 0) return (JsonArray)original.DeepClone();
        var before = (JsonArray)original.DeepClone();
        if (rule.MergeKey is not { } key) return Ordered(Union(original, patch), patch, before, null);
        foreach (var item in patch) Directives.KeyOf(item, key, isOptional: IsListReplace(item, key));
        if (patch.Any(item => IsListReplace(item, key))) return Replaced(patch, key);
        var merged = (JsonArray)original.DeepClone();
        var kept = new JsonArray();
        foreach (var item in patch.ToList())
        {
            patch.Remove(item);
            var fields = (JsonObject)item!;
            if (Directives.Word(fields[Directives.Patch]) == "delete") RemoveAll(merged, key, fields[key]);
            else kept.Add(fields);
        }
        var order = (JsonArray)kept.DeepClone();
        foreach (var item in kept.ToList())
        {
            kept.Remove(item);
            MergeItem(merged, (JsonObject)item!, key, element);
        }
        return Ordered(merged, order, before, key);
    }

    /// <summary>
    /// Elements named by <paramref name="order"/> come in that order; the others keep their place among them as in
    /// <paramref name="before"/>. Elements new to the list come before those the patch does not name.
    /// </summary>
    public static JsonArray Ordered(JsonArray merged, JsonArray order, JsonArray before, string? key)
    {
        var split = merged.ToLookup(item => IndexIn(order, item, key) >= 0);
        var named = split[true].OrderBy(item => IndexIn(order, item, key)).ToList();
        var others = split[false].OrderBy(item => Place(before, item, key)).ToList();
        var result = new JsonArray();
        var (i, j) = (0, 0);
        while (i < others.Count || j < named.Count)
        {
            var takeOther = j >= named.Count || (i < others.Count && StoodBefore(others[i], named[j]));
            result.Add((takeOther ? others[i++] : named[j++])?.DeepClone());
        }
        return result;

        bool StoodBefore(JsonNode? other, JsonNode? name)
        {
            var (left, right) = (IndexIn(before, other, key), IndexIn(before, name, key));
            return left >= 0 && right >= 0 && left < right;
        }
    }

    /// <summary>The patch's elements must stand in the order that the patch itself sets.</summary>
    public static void RequireOrder(JsonArray? patch, JsonArray order, string? key)
    {
        var last = -1;
        foreach (var item in patch ?? [])
        {
            if (item is JsonObject fields && fields[Directives.Patch] is not null) continue;
            var place = IndexIn(order, item, key);
            if (place <= last)
            {
                throw Directives.BadFormat($"The order in patch list:\n{GoText.Of(patch)}\n doesn't match "
                    + $"setElementOrder list:\n{GoText.Of(order)}\n");
            }
            last = place;
        }
    }

    private static void MergeItem(JsonArray merged, JsonObject item, string key, Shape element)
    {
        var at = IndexIn(merged, item, key);
        if (at < 0)
        {
            merged.Add(Directives.Strip(item));
            return;
        }
        var old = (JsonObject)merged[at]!;
        var result = StrategicMerge.MergeMap(old, item, element);
        if (!ReferenceEquals(old, result)) merged[at] = result;
    }

    private static JsonArray Union(JsonArray original, JsonArray patch)
    {
        var result = new JsonArray();
        foreach (var value in original.Concat(patch))
        {
            if (IndexIn(result, value, null) < 0) result.Add(value?.DeepClone());
        }
        return result;
    }

    private static bool IsListReplace(JsonNode? item, string key) =>
        item is JsonObject fields && Directives.Word(fields[Directives.Patch]) == "replace" && !fields.ContainsKey(key);

    private static JsonArray Replaced(JsonArray patch, string key)
    {
        var result = new JsonArray();
        foreach (var item in patch)
        {
            if (!IsListReplace(item, key) && Directives.Strip(item) is { } kept) result.Add(kept);
        }
        return result;
    }

    private static void RemoveAll(JsonArray list, string key, JsonNode? value)
    {
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (list[i] is JsonObject item && JsonNode.DeepEquals(item[key], value)) list.RemoveAt(i);
        }
    }

    private static int Place(JsonArray before, JsonNode? item, string? key) =>
        IndexIn(before, item, key) is >= 0 and var place ? place : int.MaxValue;

    private static int IndexIn(JsonArray list, JsonNode? item, string? key)
    {
        for (var i = 0; i < list.Count; i++)
        {
            var same = key is null
                ? JsonNode.DeepEquals(list[i], item)
                : JsonNode.DeepEquals((list[i] as JsonObject)?[key], (item as JsonObject)?[key]);
            if (same) return i;
        }
        return -1;
    }
}
