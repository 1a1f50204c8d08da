using System.Text;
using System.Text.Json.Nodes;

namespace Orchestrator.Robustness.Tests.Requests;

/// <summary>Writes manifests as people do, in blocks.</summary>
internal static class BlockYaml
{
    public static string Of(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } fields:
                foreach (var (name, value) in fields) Entry(text, $"{name}:", value, indent);
                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list) Entry(text, "-", item, indent);
                break;
            default:
                text.Append(' ', indent).Append(node?.ToJsonString() ?? "null").Append('\n');
                break;
        }
    }

    private static void Entry(StringBuilder text, string head, JsonNode? value, int indent)
    {
        text.Append(' ', indent).Append(head);
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            Write(text, value, indent + 2);
        }
        else text.Append(' ').Append(value?.ToJsonString() ?? "null").Append('\n');
    }
}
