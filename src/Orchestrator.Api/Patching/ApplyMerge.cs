using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;

namespace Orchestrator.Api.Patching;

/// <summary>
/// The two halves of an apply: what the configuration sets goes in, what it no longer sets comes out.
/// </summary>
internal static class ApplyMerge
{
    /// <summary>The current value with the applied one merged into it; neither is changed.</summary>
    public static JsonNode? Merge(Shape? shape, MergeRule rule, JsonNode? current, JsonNode? applied)
    {
        switch (current, applied)
        {
            case (JsonObject old, JsonObject fields) when FieldTrees.IsGranular(shape, rule):
                var merged = (JsonObject)old.DeepClone();
                foreach (var (name, value) in fields)
                {
                    merged[name] = Merge(Shape.Below(shape, name), FieldTrees.RuleOf(shape, name), old[name], value);
                }
                return merged;
            case (JsonArray old, JsonArray items) when rule.IsApplySet:
                return new JsonArray([.. old.Concat(items.Where(item => !Contains(old, item))).Select(Clone)]);
            case (JsonArray old, JsonArray items) when rule.ApplyKeys.Count > 0 && shape is { Kind: ShapeKind.List }:
                return MergeKeyed(shape.Element, rule, old, items);
            default:
                return applied?.DeepClone();
        }
    }

    /// <summary>Takes out of <paramref name="node"/> what is gone, unless something below it is kept.</summary>
    /// <param name="shape">The schema of the value.</param>
    /// <param name="rule">How the value merges.</param>
    /// <param name="node">The value; changed in place.</param>
    /// <param name="gone">What its manager gave up and nobody else owns.</param>
    /// <param name="kept">What anyone owns still.</param>
    public static void Prune(Shape? shape, MergeRule rule, JsonNode? node, FieldSet gone, FieldSet? kept)
    {
        foreach (var (step, below) in gone.Children)
        {
            switch (node)
            {
                case JsonObject fields when step.StartsWith("f:", StringComparison.Ordinal):
                    var name = step[2..];
                    var (inner, innerRule) = (Shape.Below(shape, name), FieldTrees.RuleOf(shape, name));
                    if (IsGone(fields[name], inner, innerRule, below, kept?.Below(step))) fields.Remove(name);
                    break;
                case JsonArray list when shape is { Kind: ShapeKind.List }:
                    for (var i = list.Count - 1; i >= 0; i--)
                    {
                        if (FieldTrees.StepOf(list[i], rule) != step) continue;
                        if (IsGone(list[i], shape.Element, MergeRule.Default, below, kept?.Below(step)))
                            list.RemoveAt(i);
                    }
                    break;
            }
        }
    }

    // A record that loses its last field goes too: it stood there only for the sake of that field.
    private static bool IsGone(JsonNode? value, Shape? shape, MergeRule rule, FieldSet gone, FieldSet? kept)
    {
        if (gone.IsMember && kept is null) return true;
        if (value is null) return false;
        Prune(shape, rule, value, gone, kept);
        return kept is null && value is JsonObject { Count: 0 } or JsonArray { Count: 0 };
    }

    private static JsonArray MergeKeyed(Shape element, MergeRule rule, JsonArray old, JsonArray items)
    {
        var result = (JsonArray)old.DeepClone();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < result.Count; i++) places.TryAdd(FieldTrees.StepOf(result[i], rule), i);
        foreach (var item in items)
        {
            var step = FieldTrees.StepOf(item, rule);
            if (places.TryGetValue(step, out var at))
            {
                result[at] = Merge(element, MergeRule.Default, result[at], item);
                continue;
            }
            places[step] = result.Count;
            result.Add(item?.DeepClone());
        }
        return result;
    }

    private static bool Contains(JsonArray list, JsonNode? item) => list.Any(other => JsonNode.DeepEquals(other, item));

    private static JsonNode? Clone(JsonNode? node) => node?.DeepClone();
}
