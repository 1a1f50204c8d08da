using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>Values of custom objects as the reference shows them in error texts.</summary>
internal static class SchemaTexts
{
    /// <summary>The JSON type of a value, in the words of schemas.</summary>
    public static string TypeOf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => IsInteger(node) ? "integer" : "number",
        },
    };

    /// <summary>A number without a fraction, however it is spelled.</summary>
    public static bool IsInteger(JsonNode node) => Number(node) is { } number && number == decimal.Truncate(number);

    /// <summary>The number, or null for what is none or is too large to reckon with.</summary>
    public static decimal? Number(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.Number
            && decimal.TryParse(node.ToJsonString(), System.Globalization.NumberStyles.Float,
                System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number : null;

    /// <summary>The number, rounded if it must be.</summary>
    public static double Real(JsonNode node) => double.Parse(
        node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What an error shows of a value: texts are quoted by the error, all else stands as it is.</summary>
    public static object? Shown(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => new Literal(value.ToJsonString()),
        _ => new Literal(Go(node)),
    };

    private static string Go(JsonNode? node) => node switch
    {
        null => "interface {}(nil)",
        JsonObject fields => "map[string]interface {}{" + string.Join(", ", fields
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"\"{field.Key}\":{Go(field.Value)}")) + "}",
        JsonArray list => $"[]interface {{}}{{{string.Join(", ", list.Select(Go))}}}",
        _ => JsonTrees.ToText(node),
    };

    private sealed record Literal(string Text)
    {
        public override string ToString() => Text;
    }
}
