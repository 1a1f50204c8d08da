using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>The words a strategic merge patch may carry beside values.</summary>
internal static class Directives
{
    public const string Patch = "$patch";
    public const string Retain = "$retainKeys";
    public const string DeleteFromList = "$deleteFromPrimitiveList/";
    public const string ElementOrder = "$setElementOrder/";

    /// <summary>The list a directive such as <c>$setElementOrder/containers</c> is about, or null.</summary>
    public static string? ListOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;

    /// <summary>Takes a field out of a patch.</summary>
    public static JsonNode? Take(JsonObject patch, string name)
    {
        var value = patch[name];
        patch.Remove(name);
        return value;
    }

    /// <summary>The text of a directive, or null.</summary>
    public static string? Word(JsonNode? directive) =>
        directive is JsonValue value && value.TryGetValue<string>(out var word) ? word : null;

    /// <summary>Clears what <c>$retainKeys</c> does not list.</summary>
    public static void RetainKeys(JsonObject original, JsonObject patch)
    {
        if (!patch.ContainsKey(Retain)) return;
        if (Take(patch, Retain) is not JsonArray list || list.Any(item => Word(item) is null)) throw BadRetainKeys();
        var kept = list.Select(item => Word(item)!).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in patch)
        {
            if (value is not null && !name.StartsWith('$') && !kept.Contains(name)) throw BadRetainKeys();
        }
        JsonTrees.RemoveAll(
            original, [.. original.Select(field => field.Key).Where(name => !kept.Contains(name))]);
    }

    /// <summary>Requires that a list element of a patch has its merge key.</summary>
    public static void KeyOf(JsonNode? item, string key, bool isOptional)
    {
        if (item is not JsonObject fields)
        {
            throw BadFormat($"expected a map with the merge key {key}, but found {GoText.Of(item)}");
        }
        if (!isOptional && fields[key] is null)
        {
            throw BadFormat($"map: {GoText.Of(fields)} does not contain declared merge key: {key}");
        }
        if (fields[Patch] is { } directive && Word(directive) is not ("delete" or "replace" or "merge"))
        {
            throw UnknownPatchType(directive);
        }
    }

    /// <summary>A copy of a value that is new to the object: without directives, deleted elements and nulls.</summary>
    public static JsonNode? Strip(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject fields:
                var clean = new JsonObject();
                foreach (var (name, field) in fields)
                {
                    if (field is not null && !IsDirective(name)) clean[name] = Strip(field);
                }
                return clean;
            case JsonArray list:
                return new JsonArray([.. list.Where(item => !IsGone(item)).Select(Strip)]);
            default:
                return value?.DeepClone();
        }
    }

    public static ApiException BadFormat(string why) => ApiException.BadRequest(why);

    public static ApiException UnknownPatchType(JsonNode? directive) =>
        new(422, "Invalid", $"Unknown patch type: {GoText.Of(directive)}: $patch must be merge, replace or delete");

    private static ApiException BadRetainKeys() =>
        new(422, "Invalid", "invalid patch format of retainKeys: it must list every field that the patch sets");

    private static bool IsGone(JsonNode? item) =>
        item is JsonObject fields && (Word(fields[Patch]) == "delete"
            || (fields.Count == 1 && Word(fields[Patch]) == "replace"));

    private static bool IsDirective(string name) =>
        name is Patch or Retain || name.StartsWith(DeleteFromList, StringComparison.Ordinal)
        || name.StartsWith(ElementOrder, StringComparison.Ordinal);
}
