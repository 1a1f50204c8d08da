using System.Text;
using System.Text.Json;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>What came back, byte for byte.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Headers">Names in lower case; values of one name are joined by line ends.</param>
/// <param name="Body">The body; of a stream only what has come so far.</param>
public sealed record Reply(int Code, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The media type, without parameters.</summary>
    public string MediaType => (Headers.GetValueOrDefault("content-type") ?? "").Split(';')[0];

    /// <summary>What a Status says.</summary>
    public string Message => Json.GetProperty("message").GetString()!;

    /// <inheritdoc />
    public override string ToString() => $"{Code} {MediaType} {(Text.Length > 600 ? Text[..600] : Text)}";
}
