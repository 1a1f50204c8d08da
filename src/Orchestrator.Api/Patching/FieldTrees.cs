using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
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
    private static readonly FieldSet Unmanaged = FieldSet.Read(JsonElement.Parse(
        """
        {"f:apiVersion":{},"f:kind":{},"f:metadata":{".":{},"f:name":{},"f:namespace":{},"f:uid":{},"f:selfLink":{},
        "f:resourceVersion":{},"f:generation":{},"f:creationTimestamp":{},"f:deletionTimestamp":{},
        "f:deletionGracePeriodSeconds":{},"f:managedFields":{}}}
        """u8));

    /// <summary>All fields that a whole object sets, but for those no manager can own.</summary>
    public static FieldSet Of(Shape shape, JsonElement obj)
    {
        var isEmpty = obj.ValueKind != JsonValueKind.Object || obj.GetPropertyCount() == 0;
        return isEmpty ? FieldSet.Empty : Set(shape, MergeRule.Default, obj).Minus(Unmanaged);
    }

    /// <inheritdoc cref="Of(Shape, JsonElement)" />
    public static FieldSet Of(Shape shape, JsonObject obj) => Of(shape, JsonTrees.ToElement(obj));

    /// <summary>Fields that are new or have another value, and fields that are gone.</summary>
    public static (FieldSet Changed, FieldSet Removed) Compare(Shape shape, JsonElement? before, JsonElement after)
    {
        if (before is not { } old) return (Of(shape, after), FieldSet.Empty);
        var (changed, removed) = Differences(shape, MergeRule.Default, old, after);
        return (changed.Minus(Unmanaged), removed.Minus(Unmanaged));
    }

    /// <summary>The step to a list element.</summary>
    public static string StepOf(JsonNode? item, MergeRule rule) => StepOf(JsonTrees.ToElement(item), rule);

    /// <summary>The value merges by field.</summary>
    public static bool IsGranular(Shape? shape, MergeRule rule) => shape is { Kind: ShapeKind.Object or ShapeKind.Map }
        && !rule.IsApplyAtomic && !(shape.Kind == ShapeKind.Object && shape.IsApplyAtomic);

    /// <summary>The rule of a field of a record; fields of maps have none of their own.</summary>
    public static MergeRule RuleOf(Shape? shape, string name) => shape?.Field(name)?.Rule ?? MergeRule.Default;

    private static string StepOf(JsonElement item, MergeRule rule)
    {
        if (rule.IsApplySet) return $"v:{JsonTrees.ToText(item)}";
        var key = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(key, JsonTrees.WriterOptions))
        {
            json.WriteStartObject();
            foreach (var part in rule.ApplyKeys.OrderBy(part => part.Name, StringComparer.Ordinal))
            {
                json.WritePropertyName(part.Name);
                if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(part.Name, out var value)
                    && value.ValueKind != JsonValueKind.Null) value.WriteTo(json);
                else if (part.DefaultText is { } text) json.WriteStringValue(text);
                else json.WriteNullValue();
            }
            json.WriteEndObject();
        }
        return $"k:{Encoding.UTF8.GetString(key.WrittenSpan)}";
    }

    private static FieldSet Set(Shape? shape, MergeRule rule, JsonElement value)
    {
        var children = new List<FieldStep>();
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when IsGranular(shape, rule):
                foreach (var field in value.EnumerateObject())
                {
                    var place = PlaceOf(shape!, field.Name);
                    children.Add(new(place.Step, Set(place.Shape, place.Rule, field.Value)));
                }
                break;
            case JsonValueKind.Array when rule.IsApplySet:
                foreach (var item in value.EnumerateArray()) children.Add(new(StepOf(item, rule), FieldSet.Leaf));
                break;
            case JsonValueKind.Array when rule.ApplyKeys.Count > 0 && shape is { Kind: ShapeKind.List }:
                foreach (var item in value.EnumerateArray())
                {
                    var below = FieldSet.Leaf.Union(Set(shape.Element, MergeRule.Default, item));
                    children.Add(new(StepOf(item, rule), below));
                }
                break;
        }
        return children.Count == 0 ? FieldSet.Leaf : FieldSet.Of(false, children);
    }

    // Most of an object is mostly the same, and what is written the same needs no second look.
    private static (FieldSet Changed, FieldSet Removed) Differences(
        Shape? shape, MergeRule rule, JsonElement before, JsonElement after)
    {
        if (JsonMarshal.GetRawUtf8Value(before).SequenceEqual(JsonMarshal.GetRawUtf8Value(after)))
            return (FieldSet.Empty, FieldSet.Empty);
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object
            && IsGranular(shape, rule))
        {
            return DifferentFields(shape!, before, after);
        }
        var (old, now) = (Set(shape, rule, before), Set(shape, rule, after));
        return (now.Beyond(old).Union(Modified(shape, rule, before, after)), old.Beyond(now));
    }

    private static (FieldSet Changed, FieldSet Removed) DifferentFields(
        Shape shape, JsonElement before, JsonElement after)
    {
        List<FieldStep> changed = [], removed = [];
        var old = new FieldIndex(before);
        foreach (var field in after.EnumerateObject())
        {
            var place = PlaceOf(shape, field.Name);
            if (old.Find(field.Name) is not { } was)
            {
                changed.Add(new(place.Step, Set(place.Shape, place.Rule, field.Value)));
                continue;
            }
            var (news, gone) = Differences(place.Shape, place.Rule, was, field.Value);
            if (!news.IsEmpty) changed.Add(new(place.Step, news));
            if (!gone.IsEmpty) removed.Add(new(place.Step, gone));
        }
        var now = new FieldIndex(after);
        foreach (var field in before.EnumerateObject())
        {
            if (now.Find(field.Name) is not null) continue;
            var place = PlaceOf(shape, field.Name);
            removed.Add(new(place.Step, Set(place.Shape, place.Rule, field.Value)));
        }
        return (FieldSet.Of(false, changed), FieldSet.Of(false, removed));
    }

    private static FieldSet Modified(Shape? shape, MergeRule rule, JsonElement before, JsonElement after)
    {
        var children = new List<FieldStep>();
        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object) when IsGranular(shape, rule):
                var old = new FieldIndex(before);
                foreach (var field in after.EnumerateObject())
                {
                    if (old.Find(field.Name) is not { } was) continue;
                    var place = PlaceOf(shape!, field.Name);
                    var below = Modified(place.Shape, place.Rule, was, field.Value);
                    if (!below.IsEmpty) children.Add(new(place.Step, below));
                }
                return FieldSet.Of(false, children);
            case (JsonValueKind.Array, JsonValueKind.Array) when rule.IsApplySet:
                return FieldSet.Empty;
            case (JsonValueKind.Array, JsonValueKind.Array)
                when rule.ApplyKeys.Count > 0 && shape is { Kind: ShapeKind.List }:
                var twins = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var item in before.EnumerateArray()) twins.TryAdd(StepOf(item, rule), item);
                foreach (var item in after.EnumerateArray())
                {
                    var step = StepOf(item, rule);
                    if (!twins.TryGetValue(step, out var twin)) continue;
                    var below = Modified(shape.Element, MergeRule.Default, twin, item);
                    if (!below.IsEmpty) children.Add(new(step, below));
                }
                return FieldSet.Of(false, children);
            default:
                return IsSame(shape, before, after) ? FieldSet.Empty : FieldSet.Leaf;
        }
    }

    private static (string Step, Shape? Shape, MergeRule Rule) PlaceOf(Shape parent, string name) =>
        parent.Field(name) is { } field
            ? (field.Step, field.Shape, field.Rule)
            : ($"f:{name}", Shape.Below(parent, name), MergeRule.Default);

    // 1000m and 1 are one amount; a manager that spells it otherwise changes nothing.
    private static bool IsSame(Shape? shape, JsonElement before, JsonElement after)
    {
        if (JsonElement.DeepEquals(before, after)) return true;
        return shape?.Kind switch
        {
            ShapeKind.Amount => Quantity.TryParse(before.ToString(), out var left)
                && Quantity.TryParse(after.ToString(), out var right) && left == right,
            ShapeKind.Time => DateTimeOffset.TryParse(before.ToString(), out var was)
                && DateTimeOffset.TryParse(after.ToString(), out var now) && was == now,
            _ => false,
        };
    }

    /// <summary>Finds fields of an object; a long one is not searched through for each of them.</summary>
    private readonly struct FieldIndex
    {
        private const int SearchMax = 16;

        private readonly JsonElement _obj;
        private readonly Dictionary<string, JsonElement>? _byName;

        public FieldIndex(JsonElement obj)
        {
            _obj = obj;
            if (obj.GetPropertyCount() <= SearchMax) return;
            _byName = new(StringComparer.Ordinal);
            foreach (var field in obj.EnumerateObject()) _byName[field.Name] = field.Value;
        }

        public JsonElement? Find(string name) =>
            (_byName is null ? _obj.TryGetProperty(name, out var found) : _byName.TryGetValue(name, out found))
                ? found : null;
    }
}
