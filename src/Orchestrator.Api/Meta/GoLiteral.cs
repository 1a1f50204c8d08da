using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Api.Meta;

/// <summary>
/// A record in an error text. The reference prints its own memory there, pointers and all; what is shown here is how
/// the user wrote it. A text stands as it is.
/// </summary>
internal sealed class GoLiteral(object value)
{
    private static readonly JsonWriterOptions Shown = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc />
    public override string ToString()
    {
        if (value is string text) return text;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Shown))
            JsonSerializer.Serialize(writer, value, ApiJson.TypeInfo(value.GetType()));
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
