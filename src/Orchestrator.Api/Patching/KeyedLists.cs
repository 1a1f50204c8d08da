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
        if (rule.MergeKey is not { } key) return Ordered(Union(original, patch), patch, original, null);
        foreach (var item in patch) Directives.KeyOf(item, key, isOptional: IsListReplace(item, key));
        if (patch.Any(item => IsListReplace(item, key))) return Replaced(patch, key);
        var split = patch.OfType<JsonObject>().ToLookup(item => Directives.Word(item[Directives.Patch]) == "delete");
        var gone = new Places(split[true], key);
        var merged = original.Where(item => item is not JsonObject || gone.Of(item) < 0)
            .Select(item => item?.DeepClone()).ToList();
        var places = new Places(merged, key);
        var order = split[false].Select(item => item.DeepClone()).ToList();
        foreach (var item in split[false])
        {
            var at = places.Of(item);
            if (at >= 0) merged[at] = StrategicMerge.MergeMap((JsonObject)merged[at]!, item, element);
            else
            {
                merged.Add(Directives.Strip(item));
                places.Add(merged[^1]);
            }
        }
        return Ordered(merged, order, original, key);
    }

    /// <summary>
    /// Elements named by <paramref name="order"/> come in that order; the others keep their place among them as in
    /// <paramref name="before"/>. Elements new to the list come before those the patch does not name.
    /// </summary>
    public static JsonArray Ordered(
        IEnumerable<JsonNode?> merged, IEnumerable<JsonNode?> order, IEnumerable<JsonNode?> before, string? key)
    {
        var (asked, stood) = (new Places(order, key), new Places(before, key));
        var split = merged.ToLookup(item => asked.Of(item) >= 0);
        var named = split[true].OrderBy(asked.Of).ToList();
        var others = split[false].OrderBy(item => stood.Of(item) is >= 0 and var place ? place : int.MaxValue).ToList();
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
            var (left, right) = (stood.Of(other), stood.Of(name));
            return left >= 0 && right >= 0 && left < right;
        }
    }

    /// <summary>The patch's elements must stand in the order that the patch itself sets.</summary>
    public static void RequireOrder(JsonArray? patch, JsonArray order, string? key)
    {
        var (last, places) = (-1, new Places(order, key));
        foreach (var item in patch ?? [])
        {
            if (item is JsonObject fields && fields[Directives.Patch] is not null) continue;
            var place = places.Of(item);
            if (place <= last)
            {
                throw Directives.BadFormat($"The order in patch list:\n{GoText.Of(patch)}\n doesn't match "
                    + $"setElementOrder list:\n{GoText.Of(order)}\n");
            }
            last = place;
        }
    }

    /// <summary>What is left of a list without some values.</summary>
    public static JsonArray Without(JsonArray list, JsonArray values)
    {
        var gone = new Places(values, null);
        return new([.. list.Where(item => gone.Of(item) < 0).Select(item => item?.DeepClone())]);
    }

    private static List<JsonNode?> Union(JsonArray original, JsonArray patch)
    {
        var places = new Places([], null);
        return [.. original.Concat(patch).Where(places.Add)];
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

    /// <summary>
    /// Where elements stand in a list, by their key or by all they are; of equal ones the first. Lists are as long as
    /// whoever sends them likes, so that nothing may be looked for from the front.
    /// </summary>
    private sealed class Places
    {
        private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
        private readonly string? _key;
        private int _count;

        public Places(IEnumerable<JsonNode?> list, string? key)
        {
            _key = key;
            foreach (var item in list) Add(item);
        }

        /// <summary>Counts one more element; whether it is new.</summary>
        public bool Add(JsonNode? item) => _places.TryAdd(IdentityOf(item), _count++);

        /// <summary>Where it stands, or -1.</summary>
        public int Of(JsonNode? item) => _places.GetValueOrDefault(IdentityOf(item), -1);

        private string IdentityOf(JsonNode? item)
        {
            var identity = _key is null ? item : (item as JsonObject)?[_key];
            // 1 and 1.0 are one number.
            return identity is JsonValue value && value.TryGetValue<decimal>(out var number)
                ? number.ToString("G29") : JsonTrees.ToText(identity);
        }
    }
}
