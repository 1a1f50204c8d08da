using System.Text;

namespace Orleans.Runtime;

/// <summary>One part of an identity: an immutable piece of text with its hash beside it.</summary>
[Immutable]
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly string? _text;
    private readonly int _hash;

    public IdSpan(byte[] value) : this(Encoding.UTF8.GetString(value)) { }

    private IdSpan(string text)
    {
        _text = text;
        _hash = (int)StableHash.Compute(text);
    }

    public bool IsDefault => string.IsNullOrEmpty(_text);

    public ReadOnlyMemory<byte> Value => Encoding.UTF8.GetBytes(ToString());

    public static IdSpan Create(string id) => new(id ?? throw new ArgumentNullException(nameof(id)));

    public ReadOnlySpan<byte> AsSpan() => Value.Span;

    public uint GetUniformHashCode() => (uint)_hash;

    public int CompareTo(IdSpan other) => string.CompareOrdinal(ToString(), other.ToString());

    public bool Equals(IdSpan obj) => _hash == obj._hash && string.Equals(_text, obj._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    public override int GetHashCode() => _hash;

    public override string ToString() => _text ?? "";

    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);

    public static bool operator <(IdSpan left, IdSpan right) => left.CompareTo(right) < 0;

    public static bool operator >(IdSpan left, IdSpan right) => left.CompareTo(right) > 0;

    public static bool operator <=(IdSpan left, IdSpan right) => left.CompareTo(right) <= 0;

    public static bool operator >=(IdSpan left, IdSpan right) => left.CompareTo(right) >= 0;
}
