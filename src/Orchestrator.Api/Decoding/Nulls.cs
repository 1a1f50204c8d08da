using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Api.Decoding;

/// <summary>
/// Takes nulls out of a body the way the reference reads them: a null field is absent, a null element is an empty one.
/// </summary>
internal static class Nulls
{
    /// <summary>The body without nulls.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> json, Shape shape)
    {
        var tree = JsonTrees.Parse(json);
        Clean(tree, shape);
        return JsonTrees.ToBytes(tree);
    }

    private static void Clean(JsonNode? node, Shape? shape)
    {
        switch (node)
        {
            case JsonObject record when shape is { Kind: ShapeKind.Object }:
                foreach (var (name, value) in record.ToList())
                {
                    if (value is null) record.Remove(name);
                    else Clean(value, shape.Field(name)?.Shape);
                }
                break;
            case JsonObject map when shape is { Kind: ShapeKind.Map }:
                foreach (var (key, value) in map.ToList())
                {
                    if (value is null) map[key] = Empty(shape.Element);
                    else Clean(value, shape.Element);
                }
                break;
            case JsonArray list when shape is { Kind: ShapeKind.List }:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is { } element) Clean(element, shape.Element);
                    else list[i] = Empty(shape.Element);
                }
                break;
        }
    }

    private static JsonNode? Empty(Shape shape) => shape.Kind switch
    {
        ShapeKind.Object or ShapeKind.Map => new JsonObject(),
        ShapeKind.List => new JsonArray(),
        ShapeKind.Text or ShapeKind.Bytes => JsonValue.Create(""),
        ShapeKind.Flag => JsonValue.Create(false),
        ShapeKind.Time => JsonValue.Create("0001-01-01T00:00:00Z"),
        ShapeKind.Amount => JsonValue.Create("0"),
        ShapeKind.Any => null,
        _ => JsonValue.Create(0),
    };
}
