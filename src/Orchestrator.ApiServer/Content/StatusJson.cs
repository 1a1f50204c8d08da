using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Content;

/// <summary>Writes the <c>Status</c> object that every failure, and some successes, answer with.</summary>
internal static class StatusJson
{
    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of a refusal. <paramref name="next"/> is the continue token of an expired list.</summary>
    public static void WriteFailure(IBufferWriter<byte> output, ApiException refusal, string? next = null)
    {
        using var json = new Utf8JsonWriter(output, WriterOptions);
        WriteHead(json, "Failure", next);
        json.WriteString("message", refusal.Message);
        if (refusal.Reason.Length > 0) json.WriteString("reason", refusal.Reason);
        if (refusal.Details is { } details) WriteDetails(json, details);
        json.WriteNumber("code", refusal.Code);
        json.WriteEndObject();
    }

    /// <summary>The body of a deletion that is done, or of an action that yields no object.</summary>
    public static void WriteSuccess(IBufferWriter<byte> output, int code, StatusDetails? details)
    {
        using var json = new Utf8JsonWriter(output, WriterOptions);
        WriteHead(json, "Success", null);
        if (details is not null) WriteDetails(json, details);
        // The reference leaves the code out of a plain deletion.
        if (code != 200) json.WriteNumber("code", code);
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, string status, string? next)
    {
        json.WriteStartObject();
        json.WriteString("kind", "Status");
        json.WriteString("apiVersion", "v1");
        json.WriteStartObject("metadata");
        if (next is not null) json.WriteString("continue", next);
        json.WriteEndObject();
        json.WriteString("status", status);
    }

    private static void WriteDetails(Utf8JsonWriter json, StatusDetails details)
    {
        json.WriteStartObject("details");
        WriteIfAny(json, "name", details.Name);
        WriteIfAny(json, "group", details.Group);
        WriteIfAny(json, "kind", details.Kind);
        WriteIfAny(json, "uid", details.Uid);
        if (details.Causes.Count > 0)
        {
            json.WriteStartArray("causes");
            foreach (var cause in details.Causes)
            {
                json.WriteStartObject();
                json.WriteString("reason", cause.Reason);
                json.WriteString("message", cause.Message);
                WriteIfAny(json, "field", cause.Field);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (details.RetryAfterSeconds > 0) json.WriteNumber("retryAfterSeconds", details.RetryAfterSeconds);
        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) json.WriteString(name, value);
    }
}
