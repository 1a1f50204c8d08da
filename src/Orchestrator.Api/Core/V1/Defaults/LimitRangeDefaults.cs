using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Defaults;

/// <summary>
/// The limit of a container is the most it may have, and what it asks for is its limit, where nothing else is said.
/// </summary>
internal static class LimitRangeDefaults
{
    public static LimitRangeItem Apply(LimitRangeItem item)
    {
        if (item.Type != "Container") return item;
        var limits = Filled(item.Default, item.Max);
        return item with
        {
            Default = limits,
            DefaultRequest = Filled(Filled(item.DefaultRequest, limits), item.Min),
        };
    }

    private static IReadOnlyDictionary<string, Quantity> Filled(
        IReadOnlyDictionary<string, Quantity> said, IReadOnlyDictionary<string, Quantity> fallback)
    {
        var missing = fallback.Where(pair => !said.ContainsKey(pair.Key)).ToList();
        return missing.Count == 0
            ? said
            : new SortedDictionary<string, Quantity>(
                said.Concat(missing).ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal);
    }
}
