using System.Text;
using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Decoding;

/// <summary>Which JSON tokens a plain field takes.</summary>
internal static class BodyScalars
{
    private const string QuantityRule =
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    // "why" is the reference's text when the token is of the right type but what it says is wrong.
    public static bool Fits(ref Utf8JsonReader reader, Shape shape, out string? why)
    {
        why = null;
        var token = reader.TokenType;
        switch (shape.Kind)
        {
            case ShapeKind.Text:
                return token == JsonTokenType.String && reader.GetString() is not null;
            case ShapeKind.Flag:
                return token is JsonTokenType.True or JsonTokenType.False;
            case ShapeKind.Number32:
                return token == JsonTokenType.Number && reader.TryGetInt32(out _);
            case ShapeKind.Number64:
                return token == JsonTokenType.Number && reader.TryGetInt64(out _);
            case ShapeKind.Real:
                return token == JsonTokenType.Number && reader.TryGetDouble(out var real) && double.IsFinite(real);
            case ShapeKind.NumberOrText:
                return token == JsonTokenType.String ? reader.GetString() is not null
                    : token == JsonTokenType.Number && reader.TryGetInt32(out _);
            case ShapeKind.Bytes:
                return token == JsonTokenType.String && FitsBytes(ref reader, out why);
            case ShapeKind.Time:
                return token == JsonTokenType.String && FitsTime(ref reader, out why);
            case ShapeKind.Amount:
                return FitsAmount(ref reader, out why);
            default:
                throw new InvalidOperationException($"{shape.Kind} is no plain value");
        }
    }

    /// <summary>The token in the words of the reference: <c>string</c>, <c>number 1.5</c>.</summary>
    public static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => "string",
        JsonTokenType.True or JsonTokenType.False => "bool",
        JsonTokenType.StartArray => "array",
        JsonTokenType.StartObject => "object",
        JsonTokenType.Number when reader.TryGetInt32(out _) => "number",
        JsonTokenType.Number => $"number {Shortened(Encoding.UTF8.GetString(reader.ValueSpan))}",
        _ => "null",
    };

    private static bool FitsBytes(ref Utf8JsonReader reader, out string? why)
    {
        why = null;
        if (reader.TryGetBytesFromBase64(out _)) return true;
        var text = reader.GetString()!;
        var bad = 0;
        while (bad < text.Length && (char.IsAsciiLetterOrDigit(text[bad]) || text[bad] is '+' or '/')) bad++;
        why = $"illegal base64 data at input byte {bad}";
        return false;
    }

    private static bool FitsTime(ref Utf8JsonReader reader, out string? why)
    {
        why = null;
        var text = reader.GetString()!;
        // The reader takes a date alone and a time without zone; RFC 3339 has neither.
        var hasZone = text.Length >= 20 && (text[^1] == 'Z' || (text[^3] == ':' && text[^6] is '+' or '-'));
        if (hasZone && text[10] == 'T' && reader.TryGetDateTimeOffset(out _)) return true;
        var shown = Shortened(text);
        why = $"parsing time \"{shown}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{shown}\"";
        return false;
    }

    private static bool FitsAmount(ref Utf8JsonReader reader, out string? why)
    {
        why = null;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) return false;
        var text = reader.TokenType == JsonTokenType.String
            ? reader.GetString()
            : Encoding.UTF8.GetString(reader.ValueSpan);
        if (Quantity.TryParse(text, out _)) return true;
        why = QuantityRule;
        return false;
    }

    private static string Shortened(string text) => text.Length <= 64 ? text : $"{text[..64]}...";
}
