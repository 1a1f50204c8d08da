using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Paths and methods that lead nowhere, or somewhere else than it looks.</summary>
internal static class PathMutators
{
    private static readonly string[] Segments =
    [
        "", ".", "..", "%2e%2e", "%2E", "%2F", "%2f..%2f", "%5C", "%25", "%", "%z", "%zz", "a%20b", "%C3%BC", "%ff%fe",
        "+", "~",
        ";x=1", "a:b:c", "http:kept:80", "kept:web", "https:kept:", ":::", "*", "watch", "proxy", "namespaces",
        "namespaces/x",
        "status", "scale", "log", "exec", "attach", "portforward", "token", "binding", "eviction", "finalize",
        "approval",
        "ephemeralcontainers", "resize", "PODS", "pods", "kept", "api", "apis", "v1", "v2", "v1beta1", "apps",
        "none.example",
        "'", "\"", "<b>", "{x}", "|", "^", "`", "$(x)", "%0d%0aX-A:%20b", "%u0041", "-", "0", "nodes", "services",
        "selfsubjectreviews", "metrics.k8s.io", "events.k8s.io", "pods.metrics.k8s.io",
    ];

    private static readonly string[] Subresources =
    [
        "status", "scale", "log", "exec", "attach", "portforward", "proxy", "proxy/", "proxy/a/../b", "token",
        "binding",
        "eviction", "finalize", "approval", "ephemeralcontainers", "resize", "nothing", "status/status", "log/x/y",
    ];

    public static Mutator[] All { get; } =
    [
        new("another segment", (message, dice) => Segment(message, dice, _ => dice.Of(Segments))),
        new("a segment more", (message, dice) => Segment(message, dice, old => $"{old}/{dice.Of(Segments)}")),
        new("a segment less", (message, dice) => Segment(message, dice, _ => null)),
        new("a segment longer", (message, dice) => Segment(message, dice, old => old + dice.Of(Segments))),
        new("an empty segment", (message, dice) => Segment(message, dice, old => $"/{old}")),
        new("upper case", (message, dice) => Segment(message, dice, old => old.ToUpperInvariant())),
        new("every byte escaped", (message, dice) =>
            Segment(message, dice, old => string.Concat(old.Select(c => $"%{(int)c:X2}")))),
        new("a long segment", (message, dice) => Segment(message, dice, _ => new string('a',
            1 << (6 + dice.Below(10))))),
        new("many segments", (message, dice) =>
            message with { Path = message.Path + string.Concat(Enumerable.Repeat("/a", 1 << dice.Below(11))) }),
        new("a subresource", (message, dice) => message with { Path = $"{message.Path}/{dice.Of(Subresources)}" }),
        new("a slash at the end", (message, _) => message with { Path = message.Path + "/" }),
        new("a path by itself", (message, dice) => message with { Path = Alone(dice) }),
        new("a whole address", (message, dice) => message with
        {
            Path = dice.Of(["http://169.254.169.254", "http://localhost", "https://a:b@c", "ftp://x"]) + message.Path,
            IsOutOfHttp = true,
        }),
        new("no path", (message, dice) => message with
        {
            Path = dice.Of(["*", "", "localhost:80", "?", "a", "\\", " /x", "/a b", "/%00", "/\u00e9", "/\u0001", "//",
                "#", "/#a"]),
            IsOutOfHttp = true,
        }),
        new("another method", (message, dice) => message with
        {
            Method = dice.Of(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY", "get", "LINK"]),
        }),
        new("no method", (message, dice) => message with
        {
            Method = dice.Of(["CONNECT", "TRACE", "G T", "G@T", "", new string('M', 40)]), IsOutOfHttp = true,
        }),
    ];

    private static Message Segment(Message message, Dice dice, Func<string, string?> change)
    {
        var segments = message.Path.Split('/').ToList();
        if (segments.Count < 2) return message;
        var at = 1 + dice.Below(segments.Count - 1);
        if (change(segments[at]) is { } next) segments[at] = next;
        else segments.RemoveAt(at);
        var path = string.Join('/', segments);
        return message with { Path = path.Length == 0 ? "/" : path };
    }

    private static string Alone(Dice dice) => dice.Of(
    [
        "/openapi/v2", "/openapi/v3/x", "/openapi/v3/apis/none/v1", "/metrics", "/debug/pprof", "/reasons", "/logs",
        "/api/v1/watch/pods", "/api/v1/watch/namespaces/default/pods/kept", "/apis//v1/pods", "/api/v1/namespaces/",
        "/api/v1/namespaces/default", "/api/v1/namespaces/default/finalize", "/readyz/none", "/livez/",
        "/healthz/log/x",
        "/.well-known/openid-configuration", "/.well-known/none", "/openid/v1/none",
        "/apis/metrics.k8s.io/v1beta1/nodes/x",
        "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/kept", "/api/v1/bindings", "/api/v1/componentstatuses",
        "/api/v1/nodes/kept/proxy/pods", "/api/v1/nodes/node-1:1/proxy/", "/api/v1/nodes/node-1/proxy/none",
        "/api/v1/namespaces/default/services/kept/proxy/x", "/api/v1/namespaces/default/pods/kept/proxy/x",
        "/api/v1/namespaces/default/pods/kept/log", "/api/v1/namespaces/default/pods/kept/exec",
        "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/kept/status",
        "/apis/certificates.k8s.io/v1/certificatesigningrequests/kept/approval", "/favicon.ico", "/..", "/api/../apis",
    ]);
}
