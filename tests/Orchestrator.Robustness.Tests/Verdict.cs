using System.Text.Json;
using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>Whether an answer is one that clients of Kubernetes can work with.</summary>
internal static class Verdict
{
    private static readonly Dictionary<int, string[]> Reasons = new()
    {
        [400] = ["BadRequest"],
        [401] = ["Unauthorized"],
        [403] = ["Forbidden"],
        [404] = ["NotFound"],
        [405] = ["MethodNotAllowed"],
        [406] = ["NotAcceptable"],
        [408] = ["Timeout"],
        [409] = ["AlreadyExists", "Conflict"],
        [410] = ["Expired", "Gone"],
        [413] = ["RequestEntityTooLarge"],
        [415] = ["UnsupportedMediaType"],
        [422] = ["Invalid"],
        [429] = ["TooManyRequests"],
        [501] = ["NotImplemented"],
        [503] = ["ServiceUnavailable"],
        [504] = ["Timeout"],
    };

    // What HTTP itself refuses never reaches the API: such an answer has no body, and ends the connection.
    private static readonly int[] OfHttp = [400, 405, 408, 411, 413, 414, 417, 431, 501, 505];

    // 503 is meant where something else does not answer, and nowhere else.
    private static readonly string[] Unavailable =
    [
        "no endpoints available for service", "has no address yet", "names no container engine", "no service port",
        "answers on port 10250 only", "error trying to reach service", "the container engine of node",
    ];

    /// <summary>What is wrong with an answer; null when nothing is.</summary>
    public static string? Of(Message message, Reply reply)
    {
        if (reply.Code >= 500 && WhyMeant(message, reply) is null) return "is the server's failure";
        if (message.Method == "HEAD" || reply.Code is 101 or 204 or 304) return null;
        if (reply.Body.Length == 0 && reply.Code >= 400)
            return message.IsOutOfHttp && OfHttp.Contains(reply.Code) ? null : "has no body";
        if (reply.Code is 301) return reply.Headers.ContainsKey("location") ? null : "leads nowhere";
        if (reply.MediaType == "text/plain") return OfText(message, reply);
        if (message.IsStream && reply.Code == 200) return null;
        if (reply.MediaType == "application/yaml") return reply.Text.Contains("kind: ") ? null : "is no object";
        return reply.MediaType.StartsWith("application/", StringComparison.Ordinal)
            ? OfJson(reply) : $"is {reply.MediaType}";
    }

    private static string? WhyMeant(Message message, Reply reply) => reply.Code switch
    {
        501 => "a part of a node's pages that is not made here",
        503 => Unavailable.FirstOrDefault(text => reply.Text.Contains(text, StringComparison.Ordinal)),
        504 when message.Query.Any(pair => pair.Name.StartsWith("timeout", StringComparison.Ordinal)) =>
            "the client gave it less time than it takes",
        504 => reply.Text.Contains("ResourceVersionTooLarge", StringComparison.Ordinal) ? "not there yet" : null,
        500 when IsCommand(message) => reply.Text.Contains("not found", StringComparison.Ordinal) ? "as a node says"
            : null,
        _ => null,
    };

    private static string? OfText(Message message, Reply reply) => reply.Code switch
    {
        200 => null,
        404 => reply.Text == "404 page not found\n" ? null : "is 404 in other words",
        500 => IsCommand(message) ? null : "is a failure in plain text",
        _ => $"is {reply.Code} in plain text",
    };

    private static string? OfJson(Reply reply)
    {
        JsonElement json;
        try
        {
            json = reply.Json;
        }
        catch (JsonException e)
        {
            return $"is no JSON: {e.Message}";
        }
        if (json.ValueKind != JsonValueKind.Object) return "is no object";
        if (reply.Code < 400) return null;
        if (Text(json, "kind") != "Status" || Text(json, "apiVersion") != "v1") return "is no Status";
        if (Text(json, "status") != "Failure") return "is a failure that says otherwise";
        if (!json.TryGetProperty("code", out var code) || code.GetInt32() != reply.Code) return "says another code";
        if (string.IsNullOrWhiteSpace(Text(json, "message"))) return "says nothing";
        return Reasons.TryGetValue(reply.Code, out var reasons) && reasons.Contains(Text(json, "reason"))
            ? null : $"has a reason that does not go with {reply.Code}";
    }

    private static bool IsCommand(Message message) =>
        message.Path.Contains("/exec", StringComparison.Ordinal)
            || message.Path.Contains("/attach", StringComparison.Ordinal);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
