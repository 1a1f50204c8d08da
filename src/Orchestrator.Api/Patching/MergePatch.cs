using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;

namespace Orchestrator.Api.Patching;

/// <summary>RFC 7386: objects merge by field, null removes, everything else replaces.</summary>
public static class MergePatch
{
    /// <summary>The target with the patch merged into it; the target may be changed in place.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject fields) return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        JsonTrees.RemoveAll(result, [.. fields.Where(field => field.Value is null).Select(field => field.Key)]);
        foreach (var (name, value) in fields)
        {
            if (value is null) continue;
            var old = result[name];
            var merged = Apply(old, value);
            if (!ReferenceEquals(old, merged)) result[name] = merged;
        }
        return result;
    }

    /// <summary>The smallest patch that turns one tree into the other.</summary>
    /// <remarks>Explicit nulls of <paramref name="after"/> are lost: a merge patch cannot say them.</remarks>
    public static JsonObject Between(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in before)
        {
            if (!after.ContainsKey(name)) patch[name] = null;
        }
        foreach (var (name, value) in after)
        {
            var old = before[name];
            if (JsonNode.DeepEquals(old, value) && before.ContainsKey(name)) continue;
            patch[name] = old is JsonObject oldFields && value is JsonObject newFields
                ? Between(oldFields, newFields)
                : value?.DeepClone();
        }
        return patch;
    }
}
