using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.ApiServer.Streams;

/// <summary>How a command or an attachment ended, as clients are told on their error channel.</summary>
/// <param name="ExitCode">The code of the process; 0 is success.</param>
/// <param name="Trouble">What kept it from running or from being followed to its end; null when nothing did.</param>
internal sealed record CommandEnd(int ExitCode, string? Trouble = null)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All went well.</summary>
    public static CommandEnd Success { get; } = new(0);

    public bool IsSuccess => ExitCode == 0 && Trouble is null;

    /// <summary>One sentence, for clients of the oldest protocols; they get none for success.</summary>
    public string Message => Trouble is { } trouble ? $"Internal error occurred: {trouble}"
        : $"command terminated with non-zero exit code: exit status {ExitCode}";

    /// <summary>The status object of the fourth protocol and later.</summary>
    public byte[] ToStatus()
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteString("status", IsSuccess ? "Success" : "Failure");
            if (!IsSuccess) WriteFailure(json);
            json.WriteEndObject();
        }
        return output.ToArray();
    }

    private void WriteFailure(Utf8JsonWriter json)
    {
        json.WriteString("message", Message);
        json.WriteString("reason", Trouble is null ? "NonZeroExitCode" : "InternalError");
        json.WriteStartObject("details");
        json.WriteStartArray("causes");
        json.WriteStartObject();
        if (Trouble is null) json.WriteString("reason", "ExitCode");
        json.WriteString("message", Trouble ?? ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        if (Trouble is not null) json.WriteNumber("code", 500);
    }
}
