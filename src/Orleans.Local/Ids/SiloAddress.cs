using System.Net;

namespace Orleans.Runtime;

/// <summary>
/// The name of a silo: endpoint and generation. In this engine the endpoint is only a name; nothing listens there.
/// </summary>
[Immutable]
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>, IParsable<SiloAddress>
{
    private static int _lastGeneration;

    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
    }

    public static SiloAddress Zero { get; } = New(new IPEndPoint(0, 0), 0);

    public IPEndPoint Endpoint { get; }

    public int Generation { get; }

    public bool IsClient => Generation < 0;

    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    public static SiloAddress New(IPAddress address, int port, int generation) =>
        new(new IPEndPoint(address, port), generation);

    public static int AllocateNewGeneration() => Interlocked.Increment(ref _lastGeneration);

    public static SiloAddress FromParsableString(string addr) => Parse(addr);

    public static SiloAddress Parse(string value) => TryParse(value, out var address)
        ? address!
        : throw new FormatException($"\"{value}\" is not a silo address; write ip:port@generation.");

    public static bool TryParse(string? value, out SiloAddress? result)
    {
        result = null;
        var at = value?.LastIndexOf('@') ?? -1;
        if (at < 0 || !IPEndPoint.TryParse(value.AsSpan(0, at), out var endpoint)
            || !int.TryParse(value.AsSpan(at + 1), out var generation))
        {
            return false;
        }

        result = New(endpoint, generation);
        return true;
    }

    static SiloAddress IParsable<SiloAddress>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<SiloAddress>.TryParse(string? s, IFormatProvider? provider, out SiloAddress result)
    {
        var parsed = TryParse(s, out var address);
        result = address!;
        return parsed;
    }

    public string ToParsableString() => $"{Endpoint}@{Generation}";

    public int GetConsistentHashCode() => (int)StableHash.Compute(ToParsableString());

    public int CompareTo(SiloAddress? other)
    {
        if (other is null)
        {
            return 1;
        }

        var generations = Generation.CompareTo(other.Generation);
        return generations != 0 ? generations : string.CompareOrdinal(Endpoint.ToString(), other.Endpoint.ToString());
    }

    public bool Equals(SiloAddress? other) =>
        other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint);

    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    public override int GetHashCode() => GetConsistentHashCode();

    public override string ToString() => $"S{Endpoint}:{Generation}";

    public static bool operator ==(SiloAddress? left, SiloAddress? right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(SiloAddress? left, SiloAddress? right) => !(left == right);

    public static bool operator <(SiloAddress left, SiloAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(SiloAddress left, SiloAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(SiloAddress left, SiloAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SiloAddress left, SiloAddress right) => left.CompareTo(right) >= 0;
}
