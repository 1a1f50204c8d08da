using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Api.Meta;

/// <summary>A number or a text: a port by number or name, a count or a percentage (<c>25%</c>).</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    /// <summary>The number, when it is one.</summary>
    public int? Number { get; }

    /// <summary>The text, when it is one.</summary>
    public string? Text { get; }

    private IntOrString(int? number, string? text)
    {
        Number = number;
        Text = text;
    }

    /// <summary>A number.</summary>
    public static implicit operator IntOrString(int number) => new(number, null);

    /// <summary>A text.</summary>
    public static implicit operator IntOrString(string text) => new(null, text);

    /// <summary>The percentage of <paramref name="total"/> this stands for, or the plain number.</summary>
    /// <returns>Null when the text is no percentage.</returns>
    public int? Of(int total, bool roundUp)
    {
        if (Number is { } number) return number;
        if (Text is not { Length: > 1 } text || !text.EndsWith('%') || !int.TryParse(text[..^1], out var percent))
        {
            return null;
        }
        var scaled = (long)percent * total;
        return (int)(roundUp ? (scaled + 99) / 100 : scaled / 100);
    }

    /// <inheritdoc />
    public override string ToString() => Number?.ToString() ?? Text ?? "0";
}

/// <summary>JSON numbers become numbers, JSON strings stay texts.</summary>
public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    /// <inheritdoc />
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : reader.GetString() ?? "";

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Number is { } number) writer.WriteNumberValue(number);
        else writer.WriteStringValue(value.Text ?? "");
    }
}
