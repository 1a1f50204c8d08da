using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>
/// Which fields an object sets, and which differ between two states of it, as server-side apply counts them.
/// </summary>
internal static class FieldTrees
{
    // What the server owns, or what says which object it is, belongs to no manager.
    private static readonly FieldSet Unmanaged = FieldSet.Read(JsonNode.Parse(
        """
        {"f:apiVersion":{},"f:kind":{},"f:metadata":{".":{},"f:name":{},"f:namespace":{},"f:uid":{},"f:selfLink":{},
        "f:resourceVersion":{},"f:generation":{},"f:creationTimestamp":{},"f:deletionTimestamp":{},
        "f:deletionGracePeriodSeconds":{},"f:managedFields":{}}}
        """));

    /// <summary>All fields that a whole object sets, but for those no manager can own.</summary>
    public static FieldSet Of(Shape shape, JsonObject? obj)
    {
        return obj is { Count: > 0 } ? Set(shape, MergeRule.Default, obj).Minus(Unmanaged) : FieldSet.Empty;
    }

    /// <summary>Fields that are new or have another value, and fields that are gone.</summary>
    public static (FieldSet Changed, FieldSet Removed) Compare(Shape shape, JsonObject? before, JsonObject after)
    {
        var (old, now) = (Of(shape, before), Of(shape, after));
        var modified = before is null
            ? FieldSet.Empty
            : Modified(shape, MergeRule.Default, before, after).Minus(Unmanaged);
        return (now.Beyond(old).Union(modified), old.Beyond(now));
    }

    /// <summary>The step to a list element.</summary>
    public static string StepOf(JsonNode? item, MergeRule rule)
    {
        if (rule.IsApplySet) return $"v:{JsonTrees.ToText(item)}";
        var key = new JsonObject();
        foreach (var part in rule.ApplyKeys.OrderBy(part => part.Name, StringComparer.Ordinal))
        {
            var value = (item as JsonObject)?[part.Name]?.DeepClone();
            key[part.Name] = value ?? (part.DefaultText is { } text ? JsonValue.Create(text) : null);
        }
        return $"k:{JsonTrees.ToText(key)}";
    }

    /// <summary>The value merges by field.</summary>
    public static bool IsGranular(Shape? shape, MergeRule rule) => shape is { Kind: ShapeKind.Object or ShapeKind.Map }
        && !rule.IsApplyAtomic && !(shape.Kind == ShapeKind.Object && shape.IsApplyAtomic);

    /// <summary>The rule of a field of a record; fields of maps have none of their own.</summary>
    public static MergeRule RuleOf(Shape? shape, string name) => shape?.Field(name)?.Rule ?? MergeRule.Default;

    private static FieldSet Set(Shape? shape, MergeRule rule, JsonNode? node)
    {
        var children = FieldSet.NewChildren();
        switch (node)
        {
            case JsonObject { Count: > 0 } fields when IsGranular(shape, rule):
                foreach (var (name, value) in fields)
                {
                    children[$"f:{name}"] = Set(Shape.Below(shape, name), RuleOf(shape, name), value);
                }
                return new(false, children);
            case JsonArray { Count: > 0 } list when rule.IsApplySet:
                foreach (var item in list) children[StepOf(item, rule)] = FieldSet.Leaf;
                return new(false, children);
            case JsonArray { Count: > 0 } list when rule.ApplyKeys.Count > 0 && shape is { Kind: ShapeKind.List }:
                foreach (var item in list)
                {
                    var step = StepOf(item, rule);
                    var below = FieldSet.Leaf.Union(Set(shape.Element, MergeRule.Default, item));
                    children[step] = children.TryGetValue(step, out var twin) ? twin.Union(below) : below;
                }
                return new(false, children);
            default:
                return FieldSet.Leaf;
        }
    }

    private static FieldSet Modified(Shape? shape, MergeRule rule, JsonNode? before, JsonNode? after)
    {
        var children = FieldSet.NewChildren();
        switch (before, after)
        {
            case (JsonObject old, JsonObject now) when IsGranular(shape, rule):
                foreach (var (name, value) in now)
                {
                    if (!old.TryGetPropertyValue(name, out var was)) continue;
                    var below = Modified(Shape.Below(shape, name), RuleOf(shape, name), was, value);
                    if (!below.IsEmpty) children[$"f:{name}"] = below;
                }
                return new(false, children);
            case (JsonArray, JsonArray) when rule.IsApplySet:
                return FieldSet.Empty;
            case (JsonArray old, JsonArray now) when rule.ApplyKeys.Count > 0 && shape is { Kind: ShapeKind.List }:
                foreach (var item in now)
                {
                    var step = StepOf(item, rule);
                    if (old.FirstOrDefault(was => StepOf(was, rule) == step) is not { } twin) continue;
                    var below = Modified(shape.Element, MergeRule.Default, twin, item);
                    if (!below.IsEmpty) children[step] = below;
                }
                return new(false, children);
            default:
                return IsSame(shape, before, after) ? FieldSet.Empty : FieldSet.Leaf;
        }
    }

    // 1000m and 1 are one amount; a manager that spells it otherwise changes nothing.
    private static bool IsSame(Shape? shape, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after)) return true;
        if (before is not JsonValue || after is not JsonValue) return false;
        return shape?.Kind switch
        {
            ShapeKind.Amount => Quantity.TryParse(before.ToString(), out var left)
                && Quantity.TryParse(after.ToString(), out var right) && left == right,
            ShapeKind.Time => DateTimeOffset.TryParse(before.ToString(), out var was)
                && DateTimeOffset.TryParse(after.ToString(), out var now) && was == now,
            _ => false,
        };
    }
}
