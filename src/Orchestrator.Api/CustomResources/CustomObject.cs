using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources;

/// <summary>
/// An object of a kind that a user declared. Its fields are known to its definition alone, so they are kept as JSON.
/// </summary>
[JsonConverter(typeof(CustomObjectConverter))]
public sealed record CustomObject : ApiObject
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    /// <summary>All fields but apiVersion, kind and metadata: a JSON object.</summary>
    public JsonElement Content { get; init; } = Nothing;

    /// <summary>
    /// The kind it is known by. It is not part of the object: who receives one from elsewhere says what it is
    /// (<see cref="CustomKind.Owned"/>).
    /// </summary>
    public Kind? Kind { get; init; }

    /// <summary>The fields as a tree to be changed.</summary>
    public JsonObject Fields() => (JsonObject)JsonNode.Parse(Content.GetRawText())!;

    /// <summary>The object with other fields; their names are put in order, as the reference writes them.</summary>
    public CustomObject WithFields(JsonObject fields)
    {
        using var document = JsonDocument.Parse(JsonTrees.ToBytes(Ordered(fields)));
        return this with { Content = document.RootElement.Clone() };
    }

    private static JsonNode? Ordered(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                var sorted = new JsonObject();
                foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                    sorted[name] = Ordered(value);
                return sorted;
            case JsonArray list:
                return new JsonArray([.. list.Select(Ordered)]);
            default:
                return node?.DeepClone();
        }
    }
}

/// <summary>Writes the metadata and then the fields, as every object of the API is written.</summary>
public sealed class CustomObjectConverter : JsonConverter<CustomObject>
{
    /// <inheritdoc />
    public override CustomObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var root = JsonElement.ParseValue(ref reader);
        var metadata = root.TryGetProperty("metadata", out var sent)
            ? (ObjectMeta?)sent.Deserialize(options.GetTypeInfo(typeof(ObjectMeta)))
            : null;
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = options.Encoder }))
        {
            json.WriteStartObject();
            foreach (var field in root.EnumerateObject())
            {
                if (field.Name is "apiVersion" or "kind" or "metadata") continue;
                field.WriteTo(json);
            }
            json.WriteEndObject();
        }
        using var content = JsonDocument.Parse(buffer.WrittenMemory);
        return new() { Metadata = metadata ?? new(), Content = content.RootElement.Clone() };
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, CustomObject value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("metadata");
        JsonSerializer.Serialize(writer, value.Metadata, options.GetTypeInfo(typeof(ObjectMeta)));
        foreach (var field in value.Content.EnumerateObject()) field.WriteTo(writer);
        writer.WriteEndObject();
    }
}
