using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Headers about form and connection that say what cannot be.</summary>
internal static class HeaderMutators
{
    private static readonly string[] Accepts =
    [
        "", "text/html", "*/*;q=0", "application/json;as=Nothing;v=v1;g=meta.k8s.io",
        "application/json;as=Table;v=v9;g=meta.k8s.io",
        "application/json;as=Table", "application/vnd.kubernetes.protobuf", ",,,", ";",
        "application/yaml;as=Table;v=v1;g=meta.k8s.io",
        "application/cbor", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
        "application/json;stream=watch", "a/b/c",
        "application/json;as=Table;v=v1;g=meta.k8s.io", "application/yaml", "application/json;as=APIGroupDiscoveryList",
        "\u00e9",
    ];

    private static readonly string[] ContentTypes =
    [
        "", "text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded",
        "multipart/form-data", "json",
        "application/cbor", "APPLICATION/JSON", "application/json;;;", "application/json, application/yaml", "/",
        "\u00e9",
        "application/vnd.kubernetes.protobuf;stream=watch", "application/yaml; x=y", "application/json-seq",
    ];

    public static Mutator[] All { get; } =
    [
        new("another Accept", (message, dice) => message.Header("Accept", dice.Of(Accepts))),
        new("another Content-Type", (message, dice) => message.Header("Content-Type", dice.Of(ContentTypes))),
        new("no Content-Type", (message, _) => message.Header("Content-Type", null)),
        new("another User-Agent", (message, dice) => message.Header("User-Agent",
            dice.Of(["", "/", "a/b", new string('u', 5_000), "\u00e9\u00ff/1", "a b c", "%00", "\"quoted\"/2"]))),
        new("conditions", (message, dice) => message.Header(
            dice.Of(["If-None-Match", "If-Match", "If-Modified-Since", "Range", "Accept-Encoding", "Accept-Charset"]),
            dice.Of(["*", "\"x\"", "W/\"x\"", "x", "bytes=0-1", "gzip;q=x", "", "br, gzip",
                "Thu, 01 Jan 1970 00:00:00 GMT"]))),
        new("an upgrade", (message, dice) => message.Header("Connection", "Upgrade").Header("Upgrade",
            dice.Of(["websocket", "SPDY/3.1", "h2c", "x", ""])).Header("Sec-WebSocket-Version",
                dice.Of(["13", "8", "x", ""]))
            .Header("Sec-WebSocket-Key", dice.Of(["", "x", "dGhlIHNhbXBsZSBub25jZQ==", "dGhl", "\u00e9"]))
            .Header("Sec-WebSocket-Protocol", dice.Of(["v5.channel.k8s.io", "x", "", ",,", "v4.channel.k8s.io, x"]))
            .Header("X-Stream-Protocol-Version", dice.Of(["v4.channel.k8s.io", "x", "", "portforward.k8s.io"])) with
        {
            // With a body, or without an upgrade in it, an upgrade is no HTTP.
            IsOutOfHttp = true,
        }),
        new("a header of much", (message, dice) => message.Header("X-Much", new string('x',
            1 << (6 + dice.Below(12)))) with
        {
            IsOutOfHttp = true,
        }),
        new("many headers", (message, dice) => message with
        {
            Headers = [.. message.Headers, .. Enumerable.Range(0, 20 + dice.Below(200)).Select(i => ($"X-{i}", "x"))],
            IsOutOfHttp = true,
        }),
        new("bytes in a header", (message, dice) => message.Header("X-Bytes",
            dice.Of(["\u0000", "\u0001", "a\rb", "\u007f", "\u0080\u00ff", "a\n b"])) with { IsOutOfHttp = true }),
        new("no name of a header", (message, dice) => message with
        {
            Headers = [.. message.Headers, (dice.Of(["", " ", "a b", "a:b", "(", "\u00e9"]), "x")], IsOutOfHttp = true,
        }),
        new("another host", (message, dice) => message.Header("Host",
            dice.Of(["", "evil.example", "a b", "[::1", "x:99999", "169.254.169.254",
                "a,b"])) with { IsOutOfHttp = true }),
        new("two lengths", static message => message.Body is { Length: > 0 }, (message, dice) =>
            message.Header("Content-Length", dice.Of(["0", "-1", "x", "5, 5",
                "99999999999999999999"])) with { IsOutOfHttp = true }),
        new("less said than sent", static message => message.Body is { Length: > 1 }, (message, dice) =>
            message.Header("Connection", "close") with { SaidLength = dice.Below(message.Body!.Length),
                IsOutOfHttp = true }),
        new("chunks that are none", static message => message.Body is { Length: > 0 }, (message, dice) =>
            message.Header("Transfer-Encoding", dice.Of(["chunked", "gzip, chunked", "chunked, chunked", "x",
                "identity"]))
                .Header("Connection", "close") with { IsOutOfHttp = true }),
        new("a wish to be told", static message => message.Body is { Length: > 0 }, (message, dice) =>
            message.Header("Expect", dice.Of(["100-continue", "x", "200-ok"])) with { IsOutOfHttp = true }),
        new("another method by header", (message, dice) => message.Header("X-HTTP-Method-Override", dice.Of(["DELETE",
            "x"]))),
    ];
}
