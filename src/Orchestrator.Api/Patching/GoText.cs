using System.Text.Json.Nodes;

namespace Orchestrator.Api.Patching;

/// <summary>JSON as Go prints it in the reference's messages: <c>map[image:nginx ports:[80]]</c>.</summary>
internal static class GoText
{
    public static string Of(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject fields => $"map[{string.Join(' ', fields
            .OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}:{Of(field.Value)}"))}]",
        JsonArray list => $"[{string.Join(' ', list.Select(Of))}]",
        _ => node.ToString(),
    };
}
