using System.Net;
using Orchestrator.Robustness.Tests.Requests;
using Orchestrator.Robustness.Tests.Running;

namespace Orchestrator.Robustness.Tests;

/// <summary>What goes on to a pod stays one request to that pod, and what comes back stays one answer.</summary>
public sealed class ProxySafetyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Plain = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly string? OwnAddress = Dns.GetHostAddresses(Dns.GetHostName())
        .FirstOrDefault(address => !IPAddress.IsLoopback(address) && address.GetAddressBytes() is [not 169, _, _, _])
        ?.ToString();

    private Server Server => shared.Server;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:127.0.0.2")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("255.255.255.255")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("localhost")]
    [InlineData("10.0.0.1@127.0.0.1")]
    public async Task An_address_of_this_machine_is_not_asked(string address)
    {
        var pod = await GivenPodAsync(address);
        foreach (var path in (string[])[$"{Pods}/{pod}/proxy/", $"{Pods}/{pod}:{Server.Address.Port}/proxy/readyz",
            $"/api/v1/namespaces/default/services/{pod}/proxy/"])
        {
            var reply = await Server.SendAsync(Message.Get(path));
            // An address that is none may be refused when it is written, so that the pod has none.
            Assert.True(reply.Code is 400 && reply.Message == "address not allowed"
                || reply.Code is 503 && reply.Message.Contains("has no address yet", StringComparison.Ordinal)
                || reply.Code is 503 && reply.Message.Contains("no endpoints", StringComparison.Ordinal),
                    reply.ToString());
        }
    }

    [SkippableTheory]
    [InlineData("a/b", "/a/b")]
    [InlineData("a/../b", "/b")]
    [InlineData("../../../../secrets/x", null)]
    [InlineData("%2e%2e/%2e%2e/x", null)]
    [InlineData("..%2f..%2fx", "/..%2f..%2fx")]
    [InlineData("%2f%2fevil.example/x", "/%2f%2fevil.example/x")]
    [InlineData("/evil.example/x", "//evil.example/x")]
    [InlineData("http://evil.example/x", "/http://evil.example/x")]
    [InlineData("@evil.example/x", "/@evil.example/x")]
    [InlineData("%0d%0aX-Evil:%20a", "/%0d%0aX-Evil:%20a")]
    [InlineData("%20HTTP/1.1%0d%0a%0d%0aGET%20/x", "/%20HTTP/1.1%0d%0a%0d%0aGET%20/x")]
    [InlineData("a%23b", "/a%23b")]
    [InlineData("a%3Fb", "/a%3Fb")]
    [InlineData("a?b=c/../d", "/a?b=c/../d")]
    public async Task A_path_stays_with_its_pod(string rest, string? reaches)
    {
        Skip.If(OwnAddress is null, "this machine has no address but the loopback one");
        await using var backend = RawBackend.Start(Plain);
        var pod = await GivenPodAsync(OwnAddress);
        var reply = await Server.SendAsync(Message.Get($"{Pods}/{pod}:{backend.Port}/proxy/{rest}"));
        if (reaches is null)
        {
            Assert.NotEqual("ok", reply.Text);
            Assert.Empty(backend.Received);
            return;
        }
        Assert.True(reply.Text == "ok", reply.ToString());
        var request = Assert.Single(backend.Received);
        Assert.StartsWith($"GET {reaches} HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Equal(1, request.Split("HTTP/1.1\r\n").Length - 1);
    }

    [SkippableTheory]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Connection", "Content-Length")]
    [InlineData("Connection", "Transfer-Encoding, close")]
    [InlineData("TE", "trailers")]
    [InlineData("Expect", "100-continue")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    public async Task A_body_ends_where_it_ends(string header, string value)
    {
        Skip.If(OwnAddress is null, "this machine has no address but the loopback one");
        await using var backend = RawBackend.Start(Plain);
        var pod = await GivenPodAsync(OwnAddress);
        // Read one way it is a body; read another way it is a second request.
        var inner = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
        var message = new Message("POST", $"{Pods}/{pod}:{backend.Port}/proxy/x") { Body = inner };
        message = message with { Headers = [.. message.Headers, (header, value)] };
        await Server.SendAsync(message);
        await Eventually.Async(() => !backend.Received.IsEmpty, () => "nothing came");
        var request = Assert.Single(backend.Received);
        Assert.StartsWith("POST /x HTTP/1.1\r\n", request, StringComparison.Ordinal);
        // Where it goes on, its length is said once, and in one way.
        var head = request[..request.IndexOf("\r\n\r\n", StringComparison.Ordinal)].ToLowerInvariant();
        Assert.Equal(1, head.Split("\r\n").Count(line => line.StartsWith("content-length:", StringComparison.Ordinal)
            || line.StartsWith("transfer-encoding:", StringComparison.Ordinal)));
    }

    // why | what the pod answers | code that comes back
    public static TheoryData<string, string, int> Answers => new()
    {
        { "letters of another alphabet",
            "HTTP/1.1 200 OK\r\nContent-Disposition: inline; filename=\"\u00e9\"\r\nContent-Length: 2\r\n\r\nok", 200 },
        { "a protocol nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", 503 },
        { "no HTTP", "hello\r\n\r\n", 503 },
        { "nothing", "", 503 },
        { "a head without end", "HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000) + "\r\n\r\n", 503 },
        { "two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk", 503 },
        { "a code that is none", "HTTP/1.1 999 Strange\r\nContent-Length: 2\r\n\r\nok", 999 },
        { "a bare line end in a header", "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok", 200 },
    };

    [SkippableTheory]
    [MemberData(nameof(Answers))]
    public async Task Whatever_a_pod_answers_the_client_gets_one_answer(string why, string answer, int code)
    {
        Skip.If(OwnAddress is null, "this machine has no address but the loopback one");
        await using var backend = RawBackend.Start(answer);
        var pod = await GivenPodAsync(OwnAddress);
        var reply = await Server.SendAsync(Message.Get($"{Pods}/{pod}:{backend.Port}/proxy/x"));
        Assert.True(reply.Code == code, $"{why}: {reply}");
        if (code == 503) Assert.Contains("error trying to reach service", reply.Message, StringComparison.Ordinal);
    }

    private async Task<string> GivenPodAsync(string address)
    {
        var name = $"p{Guid.NewGuid():N}";
        await Server.SendAsync(Message.Post(Pods,
            $$$"""{"metadata":{"name":"{{{name}}}","labels":{"n":"{{{name}}}"}},"spec":{"nodeSelector":{"a":"none"},"containers":[{"name":"c","image":"i"}]}}"""));
        await Server.SendAsync(Message.Post("/api/v1/namespaces/default/services",
            $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"selector":{"n":"{{{name}}}"},"ports":[{"port":{{{Server.Address.Port}}}}]}}"""));
        await Server.SendAsync(new Message("PATCH", $"{Pods}/{name}/status").With(
            $$$"""{"status":{"podIP":"{{{address}}}","conditions":[{"type":"Ready","status":"True"}]}}""",
            "application/merge-patch+json"));
        return name;
    }
}
