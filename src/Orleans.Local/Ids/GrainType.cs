namespace Orleans.Runtime;

/// <summary>Which class of grain an identity belongs to.</summary>
[Immutable]
public readonly struct GrainType(IdSpan id) : IEquatable<GrainType>, IComparable<GrainType>
{
    public GrainType(byte[] value) : this(new IdSpan(value)) { }

    public IdSpan Value { get; } = id;

    public bool IsDefault => Value.IsDefault;

    public static GrainType Create(string value) => new(IdSpan.Create(value));

    public ReadOnlySpan<byte> AsSpan() => Value.AsSpan();

    public uint GetUniformHashCode() => Value.GetUniformHashCode();

    public int CompareTo(GrainType other) => Value.CompareTo(other.Value);

    public bool Equals(GrainType obj) => Value.Equals(obj.Value);

    public override bool Equals(object? obj) => obj is GrainType other && Equals(other);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();

    public static explicit operator IdSpan(GrainType kind) => kind.Value;

    public static explicit operator GrainType(IdSpan id) => new(id);

    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);

    public static bool operator <(GrainType left, GrainType right) => left.CompareTo(right) < 0;

    public static bool operator >(GrainType left, GrainType right) => left.CompareTo(right) > 0;

    public static bool operator <=(GrainType left, GrainType right) => left.CompareTo(right) <= 0;

    public static bool operator >=(GrainType left, GrainType right) => left.CompareTo(right) >= 0;
}
