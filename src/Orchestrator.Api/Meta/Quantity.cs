using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Api.Meta;

/// <summary>
/// An amount of a resource: <c>500m</c>, <c>1.5Gi</c>, <c>2e3</c>. Kept exactly, in billionths of the unit; printed in
/// the canonical form of the suffix family it was written in (<c>1000m</c> becomes <c>1</c>, <c>1024Mi</c> becomes
/// <c>1Gi</c>). Two quantities are equal when their amounts are.
/// </summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    private const long NanosPerUnit = 1_000_000_000;
    private static readonly string[] BinarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] DecimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

    private readonly Int128 _nanos;
    private readonly Form _form;

    private Quantity(Int128 nanos, Form form)
    {
        _nanos = nanos;
        _form = form;
    }

    private enum Form : byte { Decimal, Binary, Exponent }

    /// <summary>Nothing.</summary>
    public static Quantity Zero => default;

    /// <summary>Whole units, rounded up: bytes of memory, pods.</summary>
    public long Value => Clamp(RoundUp(_nanos, NanosPerUnit));

    /// <summary>Thousandths, rounded up: millicores.</summary>
    public long MilliValue => Clamp(RoundUp(_nanos, NanosPerUnit / 1000));

    /// <summary>The amount rounded up to thousandths, the finest that the API keeps of resources.</summary>
    public Quantity RoundedUpToMilli =>
        new(RoundUp(_nanos, NanosPerUnit / 1000) * (NanosPerUnit / 1000), _form);

    /// <summary>Below zero.</summary>
    public bool IsNegative => _nanos < 0;

    /// <summary>So many whole units, printed with decimal suffixes.</summary>
    public static Quantity FromUnits(long units) => new((Int128)units * NanosPerUnit, Form.Decimal);

    /// <summary>So many thousandths, printed with decimal suffixes.</summary>
    public static Quantity FromMilli(long thousandths) =>
        new((Int128)thousandths * (NanosPerUnit / 1000), Form.Decimal);

    /// <summary>So many bytes, printed with binary suffixes.</summary>
    public static Quantity FromBytes(long bytes) => new((Int128)bytes * NanosPerUnit, Form.Binary);

    /// <summary>Adds amounts; the form of the left one stays, unless it is nothing.</summary>
    public static Quantity operator +(Quantity left, Quantity right) =>
        new(left._nanos + right._nanos, left._nanos == 0 ? right._form : left._form);

    /// <summary>Subtracts amounts; the form of the left one stays.</summary>
    public static Quantity operator -(Quantity left, Quantity right) => new(left._nanos - right._nanos, left._form);

    /// <summary>Equal amounts, however written.</summary>
    public static bool operator ==(Quantity left, Quantity right) => left._nanos == right._nanos;

    /// <summary>Unequal amounts.</summary>
    public static bool operator !=(Quantity left, Quantity right) => left._nanos != right._nanos;

    /// <summary>Compares amounts.</summary>
    public static bool operator <(Quantity left, Quantity right) => left._nanos < right._nanos;

    /// <summary>Compares amounts.</summary>
    public static bool operator >(Quantity left, Quantity right) => left._nanos > right._nanos;

    /// <summary>Compares amounts.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left._nanos <= right._nanos;

    /// <summary>Compares amounts.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left._nanos >= right._nanos;

    /// <summary>The amount of a text known to be right.</summary>
    /// <exception cref="FormatException">The text is no quantity.</exception>
    public static Quantity Parse(string text) =>
        TryParse(text, out var quantity)
            ? quantity
            : throw new FormatException("quantities must match the regular expression "
                + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");

    /// <summary>Reads an amount. Fractions below one billionth are rounded up, as the reference does.</summary>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(text)) return false;
        var split = 0;
        while (split < text.Length && (char.IsAsciiDigit(text[split]) || text[split] is '.' or '+' or '-')) split++;
        if (!TryNumber(text[..split], out var number, out var decimals)) return false;
        var suffix = text[split..];
        var binary = Array.IndexOf(BinarySuffixes, suffix);
        if (binary > 0) return TryScale(number * BigInteger.Pow(1024, binary), -decimals, Form.Binary, out quantity);
        var scale = Array.IndexOf(DecimalSuffixes, suffix);
        if (scale >= 0) return TryScale(number, ((scale - 3) * 3) - decimals, Form.Decimal, out quantity);
        if (suffix.Length > 1 && suffix[0] is 'e' or 'E'
            && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var exponent)
            && exponent is > -30 and < 30)
        {
            return TryScale(number, exponent - decimals, Form.Exponent, out quantity);
        }
        return false;
    }

    /// <inheritdoc />
    public bool Equals(Quantity other) => _nanos == other._nanos;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _nanos.GetHashCode();

    /// <inheritdoc />
    public int CompareTo(Quantity other) => _nanos.CompareTo(other._nanos);

    /// <summary>The canonical form: the largest suffix that leaves no fraction.</summary>
    public override string ToString()
    {
        if (_nanos == 0) return "0";
        if (_form == Form.Binary && _nanos % NanosPerUnit == 0 && Int128.Abs(_nanos) >= 1024 * (Int128)NanosPerUnit)
        {
            return Shrink(_nanos / NanosPerUnit, 1024, BinarySuffixes, 0);
        }
        if (_form != Form.Exponent) return Shrink(_nanos, 1000, DecimalSuffixes, 0);
        var (digits, exponent) = (_nanos, -9);
        while (digits % 1000 == 0) (digits, exponent) = (digits / 1000, exponent + 3);
        return exponent == 0 ? digits.ToString() : $"{digits}e{exponent}";
    }

    private static string Shrink(Int128 amount, int step, string[] suffixes, int index)
    {
        while (index < suffixes.Length - 1 && amount % step == 0) (amount, index) = (amount / step, index + 1);
        return amount + suffixes[index];
    }

    private static bool TryNumber(string text, out BigInteger number, out int decimals)
    {
        var dot = text.IndexOf('.');
        decimals = dot < 0 ? 0 : text.Length - dot - 1;
        number = default;
        if (text.Length > 40 || text.Count(c => c == '.') > 1 || !text.Any(char.IsAsciiDigit)) return false;
        return BigInteger.TryParse(
            dot < 0 ? text : text.Remove(dot, 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out number);
    }

    private static bool TryScale(BigInteger number, int exponent, Form form, out Quantity quantity)
    {
        var shift = exponent + 9;
        var nanos = shift >= 0 ? number * BigInteger.Pow(10, shift) : Ceiling(number, BigInteger.Pow(10, -shift));
        var fits = BigInteger.Abs(nanos) <= (BigInteger)long.MaxValue * NanosPerUnit;
        quantity = fits ? new Quantity((Int128)nanos, form) : default;
        return fits;
    }

    private static BigInteger Ceiling(BigInteger number, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(number, divisor, out var rest);
        return rest.IsZero ? quotient : quotient + number.Sign;
    }

    private static Int128 RoundUp(Int128 nanos, long unit)
    {
        var quotient = nanos / unit;
        return nanos % unit == 0 ? quotient : quotient + Int128.Sign(nanos);
    }

    private static long Clamp(Int128 value) => (long)Int128.Clamp(value, long.MinValue, long.MaxValue);
}

/// <summary>Reads strings and plain numbers, writes the canonical string.</summary>
public sealed class QuantityConverter : JsonConverter<Quantity>
{
    /// <inheritdoc />
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String
            ? reader.GetString()
            : System.Text.Encoding.UTF8.GetString(reader.HasValueSequence ? [] : reader.ValueSpan);
        return Quantity.TryParse(text, out var quantity)
            ? quantity
            : throw new JsonException("quantities must match the regular expression "
                + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
