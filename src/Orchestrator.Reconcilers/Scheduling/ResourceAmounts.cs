using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>
/// Amounts of resources as plain numbers: millicores, bytes, and whole units of everything else, sorted by name.
/// Adding and comparing them allocates nothing when there are no extended resources.
/// </summary>
public readonly record struct ResourceAmounts
{
    private static readonly IReadOnlyList<(string Name, long Amount)> None = [];
    private readonly IReadOnlyList<(string Name, long Amount)>? _extended;

    /// <summary>Thousandths of a processor.</summary>
    public long MilliCpu { get; init; }

    /// <summary>Bytes.</summary>
    public long Memory { get; init; }

    /// <summary>Bytes.</summary>
    public long EphemeralStorage { get; init; }

    /// <summary>Everything else but pods, ordered by name.</summary>
    public IReadOnlyList<(string Name, long Amount)> Extended
    {
        get => _extended ?? None;
        init => _extended = value.Count == 0 ? null : value;
    }

    /// <summary>Reads a resource list of the API; <c>pods</c> is counted elsewhere.</summary>
    public static ResourceAmounts Of(IReadOnlyDictionary<string, Quantity> list)
    {
        long cpu = 0, memory = 0, storage = 0;
        List<(string, long)>? extended = null;
        foreach (var (name, quantity) in list)
        {
            switch (name)
            {
                case "cpu": cpu = quantity.MilliValue; break;
                case "memory": memory = quantity.Value; break;
                case "ephemeral-storage": storage = quantity.Value; break;
                case "pods": break;
                default: (extended ??= []).Add((name, quantity.Value)); break;
            }
        }
        extended?.Sort((a, b) => string.CompareOrdinal(a.Item1, b.Item1));
        return new() { MilliCpu = cpu, Memory = memory, EphemeralStorage = storage, Extended = extended ?? None };
    }

    /// <summary>Adds.</summary>
    public static ResourceAmounts operator +(ResourceAmounts left, ResourceAmounts right) => left.Plus(right, 1);

    /// <summary>Subtracts.</summary>
    public static ResourceAmounts operator -(ResourceAmounts left, ResourceAmounts right) => left.Plus(right, -1);

    /// <summary>The amount of an extended resource.</summary>
    public long OfExtended(string name)
    {
        foreach (var (known, amount) in Extended)
        {
            if (known == name) return amount;
        }
        return 0;
    }

    private ResourceAmounts Plus(ResourceAmounts other, int sign) => new()
    {
        MilliCpu = MilliCpu + (sign * other.MilliCpu),
        Memory = Memory + (sign * other.Memory),
        EphemeralStorage = EphemeralStorage + (sign * other.EphemeralStorage),
        Extended = other.Extended.Count == 0 ? Extended : Merge(Extended, other.Extended, sign),
    };

    private static List<(string Name, long Amount)> Merge(
        IReadOnlyList<(string Name, long Amount)> left, IReadOnlyList<(string Name, long Amount)> right, int sign)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, amount) in left) sums[name] = amount;
        foreach (var (name, amount) in right) sums[name] = sums.GetValueOrDefault(name) + (sign * amount);
        return [.. sums.Where(sum => sum.Value != 0).Select(sum => (sum.Key, sum.Value))];
    }
}
