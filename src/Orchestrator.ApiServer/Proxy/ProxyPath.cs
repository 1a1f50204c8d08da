namespace Orchestrator.ApiServer.Proxy;

/// <summary>
/// The path of a request that goes on to something else: <c>…/pods/[scheme:]name[:port]/proxy/rest</c>.
/// </summary>
/// <param name="Plural"><c>pods</c>, <c>services</c>, <c>nodes</c>.</param>
/// <param name="Namespace">"" for nodes.</param>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Name">The object.</param>
/// <param name="Port">A number or a name; "" when none is said.</param>
/// <param name="Rest">What follows, as it was sent: begins with a slash, or is "".</param>
internal sealed record ProxyPath(string Plural, string Namespace, string Scheme, string Name, string Port, string Rest)
{
    /// <summary>Reads a path; null when it is none of these.</summary>
    /// <param name="path">The path, decoded.</param>
    /// <param name="rawTarget">The target of the request as it was sent, with its query.</param>
    public static ProxyPath? Parse(string path, string rawTarget)
    {
        var (plural, ns, target, used) = path.Split('/') switch
        {
            ["", "api", "v1", "namespaces", var space, ("pods" or "services") and var what, var named, "proxy", ..] =>
                (what, space, named, 8),
            ["", "api", "v1", "nodes", var named, "proxy", ..] => ("nodes", "", named, 6),
            _ => ("", "", "", 0),
        };
        return used > 0 && SplitTarget(target) is var (scheme, name, port)
            ? new(plural, ns, scheme, name, port, RestOf(path, rawTarget, used))
            : null;
    }

    // name | name:port | scheme:name:port; the last may have no port: https:name:
    private static (string Scheme, string Name, string Port)? SplitTarget(string target) => target.Split(':') switch
    {
        [{ Length: > 0 } name] => ("http", name, ""),
        [("http" or "https") and var scheme, { Length: > 0 } name, var port] => (scheme, name, port),
        [{ Length: > 0 } name, { Length: > 0 } port] => ("http", name, port),
        _ => null,
    };

    // The rest goes on as it was sent, escapes and all. A target with dots in it was straightened by the server, so
    // that what it means is what the path says.
    private static string RestOf(string path, string rawTarget, int used)
    {
        var raw = rawTarget.Split('?')[0];
        var segments = raw.Split('/');
        var isStraight = segments.Length == path.Split('/').Length
            && !segments.Any(segment => Uri.UnescapeDataString(segment) is "." or "..");
        if (!isStraight) segments = [.. path.Split('/').Select(Uri.EscapeDataString)];
        return segments.Length <= used ? "" : $"/{string.Join('/', segments[used..])}";
    }
}
