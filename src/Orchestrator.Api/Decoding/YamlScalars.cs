using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Api.Decoding;

/// <summary>Types the scalars of YAML by the core schema, with the leading-zero octals of older manifests.</summary>
internal static partial class YamlScalars
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    public static void Write(Utf8JsonWriter writer, Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        var isText = tag is TagPrefix + "str" or "!" or TagPrefix + "binary"
            || (scalar.Style != ScalarStyle.Plain && tag.Length == 0);
        if (isText || !TryWriteTyped(writer, scalar.Value, scalar))
        {
            writer.WriteStringValue(scalar.Value);
        }
    }

    private static bool TryWriteTyped(Utf8JsonWriter writer, string text, Scalar scalar)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                writer.WriteNullValue();
                return true;
            case "true" or "True" or "TRUE":
                writer.WriteBooleanValue(true);
                return true;
            case "false" or "False" or "FALSE":
                writer.WriteBooleanValue(false);
                return true;
        }
        if (IsNotFinite(text)) throw new YamlException(scalar.Start, scalar.End, $"{text} has no place in JSON");
        return TryWriteInteger(writer, text) || TryWriteReal(writer, text, scalar);
    }

    private static bool IsNotFinite(string text) =>
        text.TrimStart('+', '-') is ".inf" or ".Inf" or ".INF" or ".nan" or ".NaN" or ".NAN";

    private static bool TryWriteInteger(Utf8JsonWriter writer, string text)
    {
        var match = Integer().Match(text);
        if (!match.Success || text.Length > 64) return false;
        var digits = match.Groups["digits"].Value;
        var value = match.Groups["base"].Value switch
        {
            "0x" => BigInteger.Parse($"0{digits}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            "0o" or "0" => digits.Aggregate(BigInteger.Zero, static (sum, digit) => (sum * 8) + (digit - '0')),
            _ => BigInteger.Parse(digits, CultureInfo.InvariantCulture),
        };
        writer.WriteRawValue((match.Groups["sign"].Value == "-" ? -value : value)
            .ToString(CultureInfo.InvariantCulture));
        return true;
    }

    private static bool TryWriteReal(Utf8JsonWriter writer, string text, Scalar scalar)
    {
        if (!Real().IsMatch(text)) return false;
        if (JsonNumber().IsMatch(text))
        {
            writer.WriteRawValue(text);
            return true;
        }
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw new YamlException(scalar.Start, scalar.End, $"{text} is too large");
        writer.WriteNumberValue(number);
        return true;
    }

    [GeneratedRegex(
        "^(?<sign>[-+]?)((?<base>0x)(?<digits>[0-9a-fA-F]+)|(?<base>0o?)(?<digits>[0-7]+)|(?<digits>0|[1-9][0-9]*))$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Real();

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex JsonNumber();
}
