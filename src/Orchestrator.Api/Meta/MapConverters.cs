using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Api.Meta;

/// <summary>
/// Maps are written in the order of their keys, so that equal maps have equal bytes: templates are compared and hashed
/// by their bytes. A null value is read as the empty one.
/// </summary>
internal abstract class MapConverter<TValue> : JsonConverter<IReadOnlyDictionary<string, TValue>>
{
    public override IReadOnlyDictionary<string, TValue> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a map is expected");
        var map = new Dictionary<string, TValue>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            reader.Read();
            map[key] = ReadValue(ref reader);
        }
        return map.Count == 0 ? ReadOnlyDictionary<string, TValue>.Empty : map;
    }

    public override void Write(
        Utf8JsonWriter writer, IReadOnlyDictionary<string, TValue> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, item) in value.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(key);
            WriteValue(writer, item);
        }
        writer.WriteEndObject();
    }

    protected abstract TValue ReadValue(ref Utf8JsonReader reader);

    protected abstract void WriteValue(Utf8JsonWriter writer, TValue value);
}

/// <summary>Labels, annotations, options.</summary>
internal sealed class TextMapConverter : MapConverter<string>
{
    public static TextMapConverter Instance { get; } = new();

    protected override string ReadValue(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.Null
            ? reader.GetString() ?? ""
            : throw new JsonException("a string is expected");

    protected override void WriteValue(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);
}

/// <summary>Secret data: base64 on the wire.</summary>
internal sealed class BytesMapConverter : MapConverter<byte[]>
{
    public static BytesMapConverter Instance { get; } = new();

    protected override byte[] ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return [];
        return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw new JsonException("a base64 string is expected");
    }

    protected override void WriteValue(Utf8JsonWriter writer, byte[] value) => writer.WriteBase64StringValue(value);
}

/// <summary>Amounts by resource name.</summary>
internal sealed class QuantityMapConverter : MapConverter<Quantity>
{
    private static readonly QuantityConverter Values = new();

    public static QuantityMapConverter Instance { get; } = new();

    protected override Quantity ReadValue(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null
            ? Quantity.Zero
            : Values.Read(ref reader, typeof(Quantity), JsonSerializerOptions.Default);

    protected override void WriteValue(Utf8JsonWriter writer, Quantity value) => writer.WriteStringValue(value.ToString());
}
