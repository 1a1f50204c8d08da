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
                var there = old.Select(item => FieldTrees.StepOf(item, rule)).ToHashSet(StringComparer.Ordinal);
                return new JsonArray(
                    [.. old.Concat(items.Where(item => !there.Contains(FieldTrees.StepOf(item, rule)))).Select(Clone)]);
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
        if (node is JsonArray list)
        {
            if (shape is { Kind: ShapeKind.List }) PruneList(shape, rule, list, gone, kept);
            return;
        }
        if (node is not JsonObject fields) return;
        var empty = new List<string>();
        foreach (var (step, below) in gone.Children)
        {
            if (!step.StartsWith("f:", StringComparison.Ordinal)) continue;
            var name = step[2..];
            var (inner, innerRule) = (Shape.Below(shape, name), FieldTrees.RuleOf(shape, name));
            if (IsGone(fields[name], inner, innerRule, below, kept?.Below(step))) empty.Add(name);
        }
        JsonTrees.RemoveAll(fields, empty);
    }

    private static void PruneList(Shape shape, MergeRule rule, JsonArray list, FieldSet gone, FieldSet? kept)
    {
        for (var i = list.Count - 1; i >= 0; i--)
        {
            var step = FieldTrees.StepOf(list[i], rule);
            if (gone.Below(step) is not { } below) continue;
            if (IsGone(list[i], shape.Element, MergeRule.Default, below, kept?.Below(step))) list.RemoveAt(i);
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

    private static JsonNode? Clone(JsonNode? node) => node?.DeepClone();
}
