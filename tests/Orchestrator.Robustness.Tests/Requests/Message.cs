using System.Globalization;
using System.Text;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests.Requests;

/// <summary>A request as it goes over the wire. Nothing of it is checked: it may be no HTTP at all.</summary>
public sealed record Message(string Method, string Path)
{
    /// <summary>Names and values as they stand in the target, escaped or not.</summary>
    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];

    /// <summary>Headers beside Host and Content-Length; bytes of their values are those of Latin-1.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } =
        [("Authorization", $"Bearer {Server.Token}")];

    /// <summary>The body; null sends none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>What Content-Length says; null says how long the body is.</summary>
    public int? SaidLength { get; init; }

    /// <summary>The kind of the object in the body; "" when there is none.</summary>
    public string Kind { get; init; } = "";

    /// <summary>It need not be HTTP, so that the answer may be one of HTTP alone.</summary>
    public bool IsOutOfHttp
    {
        get => field || !IsAscii(Path) || Query.Any(pair => !IsAscii(pair.Name) || !IsAscii(pair.Value))
            || Headers.Any(header => !IsAscii(header.Name) || !IsAscii(header.Value));
        init;
    }

    /// <summary>What was done to it, in order.</summary>
    public IReadOnlyList<string> Done { get; init; } = [];

    /// <summary>The answer may go on for long: of it the head is read only.</summary>
    public bool IsStream => Path.Contains("watch", StringComparison.Ordinal)
        || Path.EndsWith("/log", StringComparison.Ordinal)
        || Query.Any(pair => Uri.UnescapeDataString(pair.Name) is "watch" or "follow");

    /// <summary>A request that makes an object.</summary>
    public static Message Post(string path, string json) => new Message("POST", path).With(json);

    /// <summary>A request that reads.</summary>
    public static Message Get(string path) => new("GET", path);

    /// <summary>The same with a body.</summary>
    public Message With(string body, string contentType = "application/json") =>
        With(Encoding.UTF8.GetBytes(body), contentType);

    /// <summary>The same with a body.</summary>
    public Message With(byte[] body, string contentType) =>
        Header("Content-Type", contentType) with { Body = body };

    /// <summary>The same with a header in the place of those of the same name; null takes it away.</summary>
    public Message Header(string name, string? value)
    {
        var others = Headers.Where(header => !header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return this with { Headers = [.. others, .. value is null ? [] : new[] { (name, value) }] };
    }

    /// <summary>The value of a header; "" when there is none.</summary>
    public string HeaderOf(string name) =>
        Headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>The same with a parameter of the query in the place of the one of the same name.</summary>
    public Message Param(string name, string value) =>
        this with { Query = [.. Query.Where(pair => pair.Name != name), (name, value)] };

    /// <summary>What is sent.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder($"{Method} {Target} HTTP/1.1\r\n");
        if (Headers.All(header => header.Name != "Host")) text.Append("Host: localhost\r\n");
        foreach (var (name, value) in Headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        if (Body is not null && HeaderOf("Transfer-Encoding").Length == 0)
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {SaidLength ?? Body.Length}\r\n");
        return [.. Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()), .. Body ?? []];
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var bytes = ToBytes();
        var shown = Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 2_000));
        return $"[{string.Join(", ", Done)}] {bytes.Length} bytes:\n{shown}";
    }

    private static bool IsAscii(string text) => text.All(c => c is >= ' ' and <= '~');

    private string Target => Query.Count == 0 ? Path
        : $"{Path}?{string.Join('&', Query.Select(pair => pair.Value.Length == 0 ? pair.Name : $"{pair.Name}={pair.Value}"))}";
}
