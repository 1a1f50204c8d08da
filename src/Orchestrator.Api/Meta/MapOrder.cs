namespace Orchestrator.Api.Meta;

/// <summary>
/// Maps are written in the order of their keys, so that equal maps have equal bytes: templates are compared and hashed
/// by their bytes.
/// </summary>
internal static class MapOrder
{
    /// <summary>
    /// The map with its keys in order; the same instance when they are already, and for what is no map.
    /// </summary>
    public static object? Of(object? value) => value switch
    {
        IReadOnlyDictionary<string, string> map => Sorted(map),
        IReadOnlyDictionary<string, byte[]> map => Sorted(map),
        IReadOnlyDictionary<string, Quantity> map => Sorted(map),
        IReadOnlyDictionary<string, DateTimeOffset> map => Sorted(map),
        IReadOnlyDictionary<string, ApiExtensions.V1.JSONSchemaProps> map => Sorted(map),
        IReadOnlyDictionary<string, IReadOnlyList<string>> map => Sorted(map),
        _ => value,
    };

    private static IReadOnlyDictionary<string, TValue> Sorted<TValue>(IReadOnlyDictionary<string, TValue> map)
    {
        string? before = null;
        foreach (var key in map.Keys)
        {
            if (before is not null && string.CompareOrdinal(before, key) > 0)
            {
                var sorted = new SortedDictionary<string, TValue>(StringComparer.Ordinal);
                foreach (var (name, value) in map) sorted[name] = value;
                return sorted;
            }
            before = key;
        }
        return map;
    }
}
