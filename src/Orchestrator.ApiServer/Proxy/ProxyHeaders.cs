using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>Which headers go on: all but those that are about one connection, or between client and server.</summary>
internal static class ProxyHeaders
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Expect",
    };

    /// <summary>What the client says of itself to this server; whatever it goes on to need not know.</summary>
    private static readonly HashSet<string> OurOwn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Impersonate-User", "Impersonate-Group", "Impersonate-Uid",
    };

    /// <summary>The headers of a request that go on.</summary>
    public static IEnumerable<KeyValuePair<string, StringValues>> OfRequest(IHeaderDictionary headers)
    {
        var named = Named(headers.Connection);
        return headers.Where(header => !HopByHop.Contains(header.Key) && !OurOwn.Contains(header.Key)
            && !named.Contains(header.Key) && !header.Key.StartsWith(':')
            && !header.Key.StartsWith("Impersonate-Extra-", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The headers of an answer that go back; it is not this server that grants access to web pages.</summary>
    public static IEnumerable<KeyValuePair<string, IEnumerable<string>>> OfAnswer(HttpResponseMessage answer)
    {
        var named = Named(new StringValues([.. answer.Headers.Connection]));
        return answer.Headers.Concat(answer.Content.Headers).Where(header => !HopByHop.Contains(header.Key)
            && !named.Contains(header.Key)
            && !header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    // A connection names the headers that are its own.
    private static HashSet<string> Named(StringValues connection) => new(
        connection.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)),
        StringComparer.OrdinalIgnoreCase);
}
