using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>
/// Merges a patch whose lists may have keys, as the schema's <see cref="MergeRules"/> say, and which may carry
/// directives: $patch, $deleteFromPrimitiveList, $setElementOrder, $retainKeys.
/// </summary>
internal static class StrategicMerge
{
    public static JsonObject Apply(Shape shape, JsonObject current, JsonObject patch) =>
        MergeMap(current, (JsonObject)patch.DeepClone(), shape);

    /// <summary>Merges into <paramref name="original"/>, consuming the patch; both may be changed.</summary>
    internal static JsonObject MergeMap(JsonObject original, JsonObject patch, Shape? shape)
    {
        if (Directives.Take(patch, Directives.Patch) is { } directive)
        {
            switch (Directives.Word(directive))
            {
                case "replace": return (JsonObject)Directives.Strip(patch)!;
                case "delete": return [];
                case "merge": break;
                default: throw Directives.UnknownPatchType(directive);
            }
        }
        Directives.RetainKeys(original, patch);
        ElementOrders(original, patch, shape);
        // Nothing is taken out of the patch: that would move all that follows, each time.
        foreach (var (name, value) in patch)
        {
            if (Directives.ListOf(name, Directives.DeleteFromList) is { } list) DeleteFrom(original, list, value);
            else if (value is not null) Put(original, name, value, shape);
        }
        JsonTrees.RemoveAll(original, [.. patch.Where(field => field.Value is null).Select(field => field.Key)]);
        return original;
    }

    private static void Put(JsonObject original, string name, JsonNode value, Shape? shape)
    {
        var field = shape?.Field(name);
        var rule = field?.Rule ?? MergeRule.Default;
        switch (original[name], value)
        {
            case (JsonObject old, JsonObject fields) when !rule.IsReplaced:
                var merged = MergeMap(old, fields, Shape.Below(shape, name));
                if (!ReferenceEquals(merged, old)) original[name] = merged;
                break;
            case (JsonArray old, JsonArray items) when rule.MergeKey is not null || rule.IsPrimitiveMerge:
                original[name] = KeyedLists.Merge(old, items, rule, field!.Shape.Element);
                break;
            default:
                original[name] = Directives.Strip(value);
                break;
        }
    }

    private static void DeleteFrom(JsonObject original, string name, JsonNode? values)
    {
        if (values is not JsonArray gone) throw Directives.BadFormat("invalid patch format of primitive list");
        if (original[name] is JsonArray list) original[name] = KeyedLists.Without(list, gone);
    }

    // The list a $setElementOrder belongs to is merged here and not again with the other fields.
    private static void ElementOrders(JsonObject original, JsonObject patch, Shape? shape)
    {
        foreach (var (name, value) in patch.ToList())
        {
            if (Directives.ListOf(name, Directives.ElementOrder) is not { } listName) continue;
            patch.Remove(name);
            if (value is not JsonArray order)
                throw Directives.BadFormat("invalid patch format of setElementOrder list");
            var field = shape?.Field(listName);
            var rule = field?.Rule ?? MergeRule.Default;
            var sent = patch[listName];
            if (sent is not (null or JsonArray) || (sent is null && patch.ContainsKey(listName))) continue;
            KeyedLists.RequireOrder(sent as JsonArray, order, rule.MergeKey);
            patch.Remove(listName);
            var old = original[listName] as JsonArray;
            var merged = (old, sent) switch
            {
                (null, JsonArray added) => (JsonArray)Directives.Strip(added)!,
                (not null, null) => (JsonArray)old.DeepClone(),
                (not null, JsonArray items) when rule.MergeKey is not null || rule.IsPrimitiveMerge =>
                    KeyedLists.Merge((JsonArray)old.DeepClone(), items, rule, field!.Shape.Element),
                (_, JsonArray items) => (JsonArray)Directives.Strip(items)!,
                _ => null,
            };
            if (merged is not null) original[listName] = KeyedLists.Ordered(merged, order, old ?? [], rule.MergeKey);
        }
    }
}
