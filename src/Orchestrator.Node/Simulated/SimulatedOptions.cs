using System.Collections.ObjectModel;
using System.Globalization;
using System.Net;

namespace Orchestrator.Nodes.Simulated;

/// <summary>A simulated machine and its engine. Equal options, node names and calls give equal histories.</summary>
public sealed record SimulatedOptions
{
    /// <summary>How endpoints of simulated engines begin.</summary>
    public const string Scheme = "simulated://";

    /// <summary>Source of all chance.</summary>
    public int Seed { get; init; }

    /// <summary>Logical processors.</summary>
    public int Cpus { get; init; } = 8;

    /// <summary>Total memory.</summary>
    public long MemoryBytes { get; init; } = 32L << 30;

    /// <summary>Memory in pages larger than usual, in bytes by the bytes of a page.</summary>
    public IReadOnlyDictionary<long, long> HugePages { get; init; } = ReadOnlyDictionary<long, long>.Empty;

    /// <summary>The disk that images are on; 0 for one that nobody can measure.</summary>
    public long DiskBytes { get; init; }

    /// <summary>Architecture as Kubernetes names it.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>Before the address of the first pod; null lets it follow from the node's name.</summary>
    public IPAddress? Network { get; init; }

    /// <summary>How images behave, the first that fits.</summary>
    public IReadOnlyList<SimulatedBehaviour> Behaviours { get; init; } = [];

    /// <summary>
    /// Reads <c>simulated://[any name][?seed=7&amp;cpus=8&amp;memory=34359738368&amp;network=10.1.0.0]</c>; what the
    /// endpoint leaves out comes from <paramref name="defaults"/>.
    /// </summary>
    /// <exception cref="FormatException">It says something unknown.</exception>
    public static SimulatedOptions Parse(string endpoint, SimulatedOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(defaults);
        var question = endpoint.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return defaults;
        }
        return endpoint[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Aggregate(
            defaults, (options, pair) => With(options, endpoint, pair.Split('=', 2)));
    }

    private static SimulatedOptions With(SimulatedOptions options, string endpoint, string[] pair)
    {
        var value = pair.Length == 2 ? pair[1] : "";
        var culture = CultureInfo.InvariantCulture;
        return pair[0] switch
        {
            "seed" when int.TryParse(value, culture, out var seed) => options with { Seed = seed },
            "cpus" when int.TryParse(value, culture, out var cpus) && cpus > 0 => options with { Cpus = cpus },
            "memory" when long.TryParse(value, culture, out var memory) && memory > 0 =>
                options with { MemoryBytes = memory },
            "network" when IPAddress.TryParse(value, out var network) => options with { Network = network },
            _ => throw new FormatException(
                $"the endpoint \"{endpoint}\" says \"{string.Join('=', pair)}\": only seed, cpus, memory (bytes) and network "
                + "(an address) with a fitting value can stand there"),
        };
    }
}
