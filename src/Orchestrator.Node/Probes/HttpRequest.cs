using System.Text;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Probes;

/// <summary>One GET of a probe: where it goes, and its bytes, which are the same every time.</summary>
internal sealed record HttpRequest(
    string Scheme, string Host, int Port, string Target, IReadOnlyList<HTTPHeader> Headers)
{
    public const string UserAgent = "kube-probe/1.32";

    private byte[]? _bytes;

    /// <summary>As it is written in events.</summary>
    public string Url => $"{Scheme}://{Looks.HostAndPort(Host, Port)}{Target}";

    public bool IsSecured => Scheme == "https";

    public ReadOnlyMemory<byte> Bytes => _bytes ??= Encoding.Latin1.GetBytes(Text());

    /// <summary>The request that a manifest asks for.</summary>
    /// <exception cref="LookException">The port has no number.</exception>
    public static HttpRequest Of(HTTPGetAction action, ProbeTarget target) => new(
        action.Scheme is { Length: > 0 } scheme ? scheme.ToLowerInvariant() : "http",
        action.Host is { Length: > 0 } host ? host : target.Address,
        Looks.PortOf(target.Container, action.Port), Escaped(action.Path ?? ""), action.HttpHeaders);

    /// <summary>Where a redirection leads; null when it names no place for HTTP.</summary>
    public HttpRequest? Redirected(string location)
    {
        if (!Uri.TryCreate(new Uri(Url), location, out var to) || to.Scheme is not ("http" or "https")) return null;
        var host = to.HostNameType == UriHostNameType.IPv6 ? to.Host.Trim('[', ']') : to.Host;
        return new HttpRequest(to.Scheme, host, to.Port, to.PathAndQuery, Headers);
    }

    /// <summary>What cannot be sent, in the words of the reference; null when all can.</summary>
    public string? Fault() => Headers.FirstOrDefault(header => header.Value.Any(char.IsControl)) is { } bad
        ? $"net/http: invalid header field value for \"{bad.Name}\"" : null;

    private string Text()
    {
        var text = new StringBuilder("GET ").Append(Target).Append(" HTTP/1.1\r\n");
        var host = Headers.FirstOrDefault(header => Is(header, "Host"))?.Value;
        Append("Host", string.IsNullOrEmpty(host) ? Looks.HostAndPort(Host, Port) : host);
        if (!Headers.Any(header => Is(header, "User-Agent"))) Append("User-Agent", UserAgent);
        if (!Headers.Any(header => Is(header, "Accept"))) Append("Accept", "*/*");
        foreach (var header in Headers.Where(header => !Is(header, "Host") && !Is(header, "Connection")))
        {
            // An empty value of these two means that they are not to be sent at all.
            if (header.Value.Length == 0 && (Is(header, "Accept") || Is(header, "User-Agent"))) continue;
            Append(header.Name, header.Value);
        }
        Append("Connection", "close");
        return text.Append("\r\n").ToString();

        void Append(string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    private static bool Is(HTTPHeader header, string name) =>
        string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase);

    // A fragment stays at home; what may not stand in a request line is written by its number.
    private static string Escaped(string path)
    {
        var text = new StringBuilder(path.StartsWith('/') ? "" : "/");
        foreach (var one in Encoding.UTF8.GetBytes(path.Split('#')[0]))
        {
            if (one is > 0x20 and < 0x7f) text.Append((char)one);
            else text.Append($"%{one:X2}");
        }
        return text.ToString();
    }
}
