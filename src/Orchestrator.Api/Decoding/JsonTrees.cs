using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Decoding;

/// <summary>
/// JSON as a tree to be changed. Unlike <see cref="JsonNode.Parse(string, JsonNodeOptions?, JsonDocumentOptions)"/> the
/// last of two equal names wins, as in the reference, and whatever is wrong is a refusal.
/// </summary>
public static class JsonTrees
{
    /// <summary>How deep JSON may nest; the serializer of the records has the same bound.</summary>
    public const int DepthMax = 64;

    internal static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = DepthMax };

    internal static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = ApiJson.Options.Encoder, SkipValidation = true };

    /// <summary>The tree of a JSON text; null for the literal <c>null</c>.</summary>
    /// <exception cref="ApiException">400: no JSON, or nested too deeply.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            RequireText(json);
            var reader = new Utf8JsonReader(json, ReaderOptions);
            reader.Read();
            var root = Value(ref reader);
            reader.Read();
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"json parse error: {Explain(e)}");
        }
    }

    /// <summary>An object of the API as a tree, with apiVersion and kind.</summary>
    public static JsonObject Of(Kind kind, ApiObject obj)
    {
        var tree = (JsonObject)Parse(ApiJson.Write(obj))!;
        tree.Insert(0, "kind", kind.Name);
        tree.Insert(1, "apiVersion", kind.ApiVersion);
        return tree;
    }

    /// <summary>Takes fields out of an object, few or many: each that goes alone moves all that follow.</summary>
    internal static void RemoveAll(JsonObject fields, IReadOnlyCollection<string> names)
    {
        const int few = 16;
        if (names.Count <= few)
        {
            foreach (var name in names) fields.Remove(name);
            return;
        }
        var gone = names.ToHashSet(StringComparer.Ordinal);
        var kept = fields.Where(field => !gone.Contains(field.Key)).ToList();
        fields.Clear();
        foreach (var (name, value) in kept) fields.Add(name, value);
    }

    /// <summary>The bytes of a tree.</summary>
    public static byte[] ToBytes(JsonNode? tree)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            if (tree is null) writer.WriteNullValue();
            else tree.WriteTo(writer);
        }
        return buffer.ToArray();
    }

    /// <summary>The compact text of a tree.</summary>
    public static string ToText(JsonNode? tree) => System.Text.Encoding.UTF8.GetString(ToBytes(tree));

    /// <summary>The compact text of a value.</summary>
    internal static string ToText(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions)) value.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A tree that is only read from now on.</summary>
    internal static JsonElement ToElement(JsonNode? tree) => JsonElement.Parse(ToBytes(tree));

    internal static void RequireText(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) throw new JsonException("unexpected end of JSON input");
        if (!Utf8.IsValid(json)) throw new JsonException("the text is not valid UTF-8");
    }

    /// <summary>What a reader says is wrong, with the place counted from one.</summary>
    internal static string Explain(Exception e) =>
        e is JsonException { LineNumber: { } line, BytePositionInLine: { } column }
        ? $"{FirstSentence(e.Message)} (line {line + 1}, position {column + 1})"
        : FirstSentence(e.Message);

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }

    private static JsonNode? Value(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: return Object(ref reader);
            case JsonTokenType.StartArray: return Array(ref reader);
            case JsonTokenType.String: return JsonValue.Create(reader.GetString());
            case JsonTokenType.True: return JsonValue.Create(true);
            case JsonTokenType.False: return JsonValue.Create(false);
            case JsonTokenType.Null: return null;
            default:
                return reader.TryGetInt64(out var number)
                    ? JsonValue.Create(number)
                    : JsonValue.Create(JsonElement.ParseValue(ref reader));
        }
    }

    private static JsonObject Object(ref Utf8JsonReader reader)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            result[name] = Value(ref reader);
        }
        return result;
    }

    private static JsonArray Array(ref Utf8JsonReader reader)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) result.Add(Value(ref reader));
        return result;
    }
}
