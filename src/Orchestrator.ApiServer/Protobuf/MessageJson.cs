using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.ApiServer.Protobuf;

/// <summary>Turns messages in binary form into the JSON they stand for.</summary>
internal static class MessageJson
{
    private const int DepthMax = 64;

    /// <summary>The message as a JSON object.</summary>
    /// <exception cref="FormatException">It is damaged, or holds a field that is not known.</exception>
    public static JsonObject Read(string message, ReadOnlySpan<byte> bytes)
    {
        var json = new JsonObject();
        ReadInto(json, message, bytes, 0);
        return json;
    }

    private static void ReadInto(JsonObject json, string message, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > DepthMax) throw new FormatException($"messages are nested more than {DepthMax} deep");
        var fields = MessageTable.Find(message) ?? throw new FormatException($"message {message} is not known");
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (!fields.TryGetValue(reader.Number, out var field))
            {
                // A newer client always sends its numbers: a zero that we do not know says nothing.
                if (reader is { IsBytes: false, Varint: 0 }) continue;
                throw new FormatException($"field {reader.Number} of {message} is not known");
            }
            Require(reader, field.Name, IsNumber(field.Type) && !(field.IsMap || (field.IsList && reader.IsBytes)));
            if (field.IsInline) ReadInto(json, field.Type, reader.Bytes, depth + 1);
            else if (field.IsMap) ReadEntry(json, field, reader.Bytes, depth);
            else if (field.IsList) ReadItems(json, field, reader, depth);
            else if (Value(field.Type, reader, depth) is { } value && (field.IsPointer || !IsZero(value)))
                json[field.Name] = value;
        }
    }

    private static void ReadEntry(JsonObject json, MessageField field, ReadOnlySpan<byte> bytes, int depth)
    {
        if (json[field.Name] is not JsonObject map) json[field.Name] = map = [];
        var key = "";
        JsonNode? value = null;
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            Require(reader, field.Name, reader.Number == 2 && IsNumber(field.Type));
            if (reader.Number == 1) key = Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.Number == 2) value = Value(field.Type, reader, depth);
        }
        map[key] = value ?? (field.Type is "string" or "bytes" ? "" : null);
    }

    private static void ReadItems(JsonObject json, MessageField field, WireReader reader, int depth)
    {
        if (json[field.Name] is not JsonArray list) json[field.Name] = list = [];
        if (!reader.IsBytes || !IsNumber(field.Type))
        {
            list.Add(Value(field.Type, reader, depth));
            return;
        }
        var packed = reader.Bytes;
        while (!packed.IsEmpty) list.Add(Number(field.Type, WireReader.ReadVarint(ref packed)));
    }

    private static bool IsNumber(string type) => type is "int32" or "int64" or "bool";

    // A value of another form is not this field's: to take nothing for it would lose it in silence.
    private static void Require(in WireReader reader, string field, bool isNumber)
    {
        if (isNumber ? reader.IsVarint : reader.IsBytes) return;
        throw new FormatException($"{field} has a wrong wire type, it is {(isNumber ? "a number" : "bytes")}");
    }

    private static JsonNode? Value(string type, WireReader reader, int depth) => type switch
    {
        "string" => Encoding.UTF8.GetString(reader.Bytes),
        "bytes" => Convert.ToBase64String(reader.Bytes),
        "int32" or "int64" or "bool" => Number(type, reader.Varint),
        "Time" => Time(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        "MicroTime" => Time(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        "Quantity" => Encoding.UTF8.GetString(First(reader.Bytes)),
        "IntOrString" => IntOrString(reader.Bytes),
        "ExtraValue" => Texts(reader.Bytes),
        "FieldsV1" or "RawExtension" => First(reader.Bytes) is { IsEmpty: false } raw ? JsonNode.Parse(raw) : null,
        _ => Message(type, reader.Bytes, depth),
    };

    private static JsonObject Message(string type, ReadOnlySpan<byte> bytes, int depth)
    {
        var json = new JsonObject();
        ReadInto(json, type, bytes, depth + 1);
        return json;
    }

    private static JsonArray Texts(ReadOnlySpan<byte> bytes)
    {
        var texts = new JsonArray();
        var reader = new WireReader(bytes);
        while (reader.Read()) texts.Add(Encoding.UTF8.GetString(reader.Bytes));
        return texts;
    }

    private static JsonNode Number(string type, ulong value) => type switch
    {
        "bool" => value != 0,
        "int32" => (int)(long)value,
        _ => (long)value,
    };

    // Scalars that are no pointers are always sent; their zero means that nothing was said.
    private static bool IsZero(JsonNode value) => value is JsonValue scalar
        && ((scalar.TryGetValue<string>(out var text) && text.Length == 0)
            || (scalar.TryGetValue<bool>(out var flag) && !flag)
            || (scalar.TryGetValue<int>(out var number) && number == 0)
            || (scalar.TryGetValue<long>(out var large) && large == 0));

    private static JsonNode? Time(ReadOnlySpan<byte> bytes, string format)
    {
        long seconds = 0, nanos = 0;
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (reader.Number == 1) seconds = (long)reader.Varint;
            else if (reader.Number == 2) nanos = (long)reader.Varint;
        }
        if (seconds == 0 && nanos == 0) return null;
        return seconds is > -62135596800 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100).ToString(format,
                CultureInfo.InvariantCulture)
            : throw new FormatException($"{seconds} s is no time between the years 1 and 9999");
    }

    private static JsonNode IntOrString(ReadOnlySpan<byte> bytes)
    {
        var (isText, number, text) = (false, 0, "");
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (reader.Number == 1) isText = reader.Varint == 1;
            else if (reader.Number == 2) number = (int)(long)reader.Varint;
            else if (reader.Number == 3) text = Encoding.UTF8.GetString(reader.Bytes);
        }
        return isText ? text : number;
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (reader.Number == 1) return reader.Bytes;
        }
        return default;
    }
}
