using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources.Schemas;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources;

/// <summary>
/// Reads bodies into custom objects: the metadata by their record, all else as it stands, without what the schema does
/// not know.
/// </summary>
internal static class CustomDecoder
{
    private const int ProblemsMax = 100;

    /// <summary>The object, and what is unknown in it or stands there twice.</summary>
    /// <exception cref="JsonException">No JSON, or a kind of which nothing can be made.</exception>
    /// <exception cref="BodyTypeException">A field of the metadata has a wrong type.</exception>
    public static (CustomObject Object, List<string> Problems) Read(CustomKind kind, ReadOnlySpan<byte> json)
    {
        var problems = new List<string>();
        FindTwins(json, problems);
        var fields = (JsonObject)JsonTrees.Parse(json)!;
        fields.Remove("apiVersion");
        fields.Remove("kind");
        fields.Remove("metadata", out var sent);
        var metadata = Metadata(sent, problems);
        if (kind.Schema is { } schema)
            problems.AddRange(SchemaPruning.Prune(fields, schema).Select(path => $"unknown field \"{path}\""));
        var obj = new CustomObject { Metadata = metadata, Kind = kind.Nominal }.WithFields(fields);
        return (obj, [.. problems.Take(ProblemsMax)]);
    }

    private static ObjectMeta Metadata(JsonNode? sent, List<string> problems)
    {
        if (sent is null) return new();
        var shape = Shape.Of(typeof(BareObject));
        var bytes = JsonTrees.ToBytes(new JsonObject { ["metadata"] = sent });
        var reader = new Utf8JsonReader(bytes, JsonTrees.ReaderOptions);
        var walk = new BodyWalk();
        walk.Root(ref reader, shape);
        problems.AddRange(walk.Problems);
        if (walk.HasNulls) bytes = Nulls.Remove(bytes, shape);
        return ((BareObject)JsonSerializer.Deserialize(bytes, ApiJson.TypeInfo(typeof(BareObject)))!).Metadata;
    }

    // The last of two equal names wins, but the sender hears of it.
    private static void FindTwins(ReadOnlySpan<byte> json, List<string> problems)
    {
        var reader = new Utf8JsonReader(json, JsonTrees.ReaderOptions);
        var (path, names) = (new Stack<SchemaPath>(), new Stack<HashSet<string>?>());
        var (at, indices) = (SchemaPath.Root, new Stack<int>());
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    var name = reader.GetString()!;
                    at = path.Peek().Field(name);
                    if (!names.Peek()!.Add(name)) problems.Add($"duplicate field \"{at}\"");
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (names.Count > 0 && names.Peek() is null) at = NextElement(path, indices);
                    path.Push(at);
                    var isObject = reader.TokenType == JsonTokenType.StartObject;
                    names.Push(isObject ? new(StringComparer.Ordinal) : null);
                    indices.Push(0);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Pop();
                    names.Pop();
                    indices.Pop();
                    break;
                default:
                    if (names.Count > 0 && names.Peek() is null) NextElement(path, indices);
                    break;
            }
        }
    }

    private static SchemaPath NextElement(Stack<SchemaPath> path, Stack<int> indices)
    {
        var index = indices.Pop();
        indices.Push(index + 1);
        return path.Peek().Element(index);
    }
}
