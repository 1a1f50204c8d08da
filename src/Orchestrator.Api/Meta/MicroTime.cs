using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Api.Meta;

/// <summary>A point in time with microseconds on the wire: <c>2026-01-02T03:04:05.000006Z</c>.</summary>
[JsonConverter(typeof(MicroTimeConverter))]
public readonly record struct MicroTime(DateTimeOffset Value)
{
    /// <inheritdoc />
    public override string ToString() =>
        Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Reads any RFC 3339 time, writes six decimals.</summary>
public sealed class MicroTimeConverter : JsonConverter<MicroTime>
{
    /// <inheritdoc />
    public override MicroTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetDateTimeOffset().ToUniversalTime());

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, MicroTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
