namespace Orchestrator.Simulations;

/// <summary>How often what happened.</summary>
internal sealed class Counters
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Add(string what, long count = 1) => _counts[what] = _counts.GetValueOrDefault(what) + count;

    public long Of(string what) => _counts.GetValueOrDefault(what);

    public IReadOnlyDictionary<string, long> Ordered() =>
        new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);
}
