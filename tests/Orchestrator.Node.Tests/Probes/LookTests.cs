using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Probes;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Tests.Probes;

/// <summary>Ways to look at a container, against servers of this process.</summary>
public sealed class LookTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DockerRuntime _runtime = new(
        "unix:///nowhere/docker.sock", "test/looks", new DockerOptions(), TimeProvider.System,
        NullLogger<DockerRuntime>.Instance);

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    // why | what the server answers | outcome, text; PORT stands for the server's
    public static TheoryData<string, string, string> Answers => new()
    {
        { "200 is well", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "Success" },
        { "and 204", "HTTP/1.1 204 No Content\r\n\r\n", "Success" },
        { "an old server too", "HTTP/1.0 200 OK\r\n\r\nhello", "Success" },
        { "an interim answer is skipped",
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "Success" },
        { "pieces are not put together", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "Success" },
        { "a long body is not read to its end",
            $"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{new string('x', 20_000)}", "Success" },
        { "400 is not well", "HTTP/1.1 400 Bad Request\r\n\r\n", "Failure HTTP probe failed with statuscode: 400" },
        { "nor is 503, whatever it says", "HTTP/1.1 503 No\r\nContent-Length: 6\r\n\r\nsecret",
            "Failure HTTP probe failed with statuscode: 503" },
        { "elsewhere is well, with a warning",
            "HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 3\r\n\r\ngo!",
            "Success! Probe terminated redirects, Response body: go!" },
        { "a redirection to nowhere too", "HTTP/1.1 304 Not Modified\r\n\r\n",
            "Success! Probe terminated redirects, Response body: " },
        { "what is no HTTP", "220 mail.example.com ESMTP\r\n\r\n", "Failure Get \"http://127.0.0.1:PORT/health?a=b\": "
            + "net/http: HTTP/1.x transport connection broken: malformed HTTP response "
            + "\"220 mail.example.com ESMTP\"" },
        { "nothing at all", "", "Failure Get \"http://127.0.0.1:PORT/health?a=b\": EOF" },
        { "a head without an end", "HTTP/1.1 200 OK\r\nA: b", "Failure Get \"http://127.0.0.1:PORT/health?a=b\": "
            + "unexpected EOF" },
    };

    [Theory, MemberData(nameof(Answers))]
    public async Task B11_200_to_399_is_well(string why, string answer, string expected)
    {
        await using var server = new CannedServer(_ => answer);
        var seen = await LookAsync(Http(server.Port));
        Show(seen, server.Port).ShouldBe(expected, why);
    }

    [Fact]
    public async Task B11_a_redirection_on_the_same_host_is_followed()
    {
        await using var server = new CannedServer(number => number == 0
            ? "HTTP/1.1 301 Moved\r\nLocation: /new?x\r\nContent-Length: 0\r\n\r\n"
            : "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
        Show(await LookAsync(Http(server.Port)), server.Port)
            .ShouldBe("Failure HTTP probe failed with statuscode: 500");
        server.Requests.Select(request => request.Split('\r')[0])
            .ShouldBe(["GET /health?a=b HTTP/1.1", "GET /new?x HTTP/1.1"]);
    }

    [Fact]
    public async Task B11_redirections_have_an_end()
    {
        await using var server = new CannedServer(_ => "HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n");
        Show(await LookAsync(Http(server.Port)), server.Port)
            .ShouldBe("Failure Get \"http://127.0.0.1:PORT/again\": stopped after 10 redirects");
    }

    [Fact]
    public async Task B11_the_request_says_who_asks_and_what_the_manifest_adds()
    {
        await using var server = new CannedServer(_ => "HTTP/1.1 200 OK\r\n\r\n");
        await LookAsync(Http(server.Port));
        await LookAsync(Http(server.Port, ("Host", "web.example.com"), ("User-Agent", "me"), ("Accept", ""),
            ("X-A", "1")));
        server.Requests.ShouldBe(
        [
            $"GET /health?a=b HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nUser-Agent: kube-probe/1.32\r\n"
                + "Accept: */*\r\nConnection: close\r\n\r\n",
            "GET /health?a=b HTTP/1.1\r\nHost: web.example.com\r\nUser-Agent: me\r\nX-A: 1\r\n"
                + "Connection: close\r\n\r\n",
        ]);
    }

    [Fact]
    public async Task B11_a_header_cannot_smuggle_in_another()
    {
        await using var server = new CannedServer(_ => "HTTP/1.1 200 OK\r\n\r\n");
        Show(await LookAsync(Http(server.Port, ("X-A", "1\r\nX-B: 2"))), server.Port).ShouldBe(
            "Failure Get \"http://127.0.0.1:PORT/health?a=b\": net/http: invalid header field value for \"X-A\"");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task B11_who_takes_too_long_is_not_well()
    {
        await using var server = new CannedServer(_ => null);
        var seen = await LookAsync(Http(server.Port), TimeSpan.FromMilliseconds(100));
        Show(seen, server.Port).ShouldBe("Failure Get \"http://127.0.0.1:PORT/health?a=b\": "
            + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
    }

    [Fact]
    public async Task B11_where_nobody_listens_nothing_is_well()
    {
        await using (var server = new CannedServer(_ => ""))
            Show(await LookAsync(Tcp(server.Port)), server.Port).ShouldBe("Success");
        // It has the port, so that nobody else gets it, and does not listen.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)deaf.LocalEndPoint!).Port;
        Show(await LookAsync(Tcp(port)), port)
            .ShouldBe("Failure dial tcp 127.0.0.1:PORT: connect: connection refused");
        Show(await LookAsync(Http(port)), port).ShouldBe("Failure Get \"http://127.0.0.1:PORT/health?a=b\": "
            + "dial tcp 127.0.0.1:PORT: connect: connection refused");
        Show(await LookAsync(new Probe { Grpc = new() { Port = port } }), port).ShouldBe(
            "Failure error: failed to connect service at \"127.0.0.1:PORT\": connection error: "
            + "dial tcp 127.0.0.1:PORT: connect: connection refused");
    }

    [Fact]
    public async Task B11_ports_may_be_given_by_name()
    {
        await using var server = new CannedServer(_ => "");
        Container container = new()
        {
            Name = "web",
            Ports = [new() { Name = "http", ContainerPortValue = server.Port }],
        };
        var named = new Probe { TcpSocket = new() { Port = "http" } };
        Show(await LookAsync(named, container: container), server.Port).ShouldBe("Success");
        var unknown = await Should.ThrowAsync<LookException>(
            () => LookAsync(new Probe { TcpSocket = new() { Port = "metrics" } }, container: container));
        unknown.Message.ShouldBe("strconv.Atoi: parsing \"metrics\": invalid syntax");
    }

    // why | what the server says | service asked for | outcome, text
    public static TheoryData<string, string, string, string> Healths => new()
    {
        { "SERVING is well", "SERVING", "", "Success service healthy" },
        { "for the service that was asked", "SERVING", "my.service", "Success service healthy" },
        { "NOT_SERVING is not", "NOT_SERVING", "", "Failure service unhealthy (responded with \"NOT_SERVING\")" },
        { "nor is one that nobody knows", "NOT_FOUND", "x",
            "Failure error: health rpc probe failed: rpc error: code = NotFound desc = unknown service" },
        { "nor who knows no health", "UNIMPLEMENTED", "",
            "Failure error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
            + "unknown service" },
        { "nor who says nothing", "SILENCE", "", "Failure timeout: health rpc did not complete within 1s" },
    };

    [Theory, MemberData(nameof(Healths))]
    public async Task B11_grpc_asks_for_SERVING(string why, string says, string service, string expected)
    {
        await using var server = await HealthServer.StartAsync(says);
        var probe = new Probe { Grpc = new() { Port = server.Port, Service = service } };
        using var limit = new CancellationTokenSource(Patience);
        var looking = LookAsync(probe, TimeSpan.FromSeconds(1), limit.Token);
        if (says == "SILENCE")
        {
            await Eventually.AsyncTrue("it was asked", () => Task.FromResult(server.Asked), asked => asked is not null);
            await limit.CancelAsync();
        }
        Show(await looking, server.Port).ShouldBe(expected, why);
        server.Asked.ShouldBe(service);
    }

    [Fact]
    public async Task B11_certificates_of_pods_are_their_own_affair()
    {
        await using var server = await HealthServer.StartAsync("SERVING", isSecured: true);
        var probe = new Probe { HttpGet = new() { Scheme = "HTTPS", Path = "/plain", Port = server.Port } };
        Show(await LookAsync(probe), server.Port).ShouldBe("Success");
        var unsecured = new Probe { HttpGet = new() { Path = "/plain", Port = server.Port } };
        (await LookAsync(unsecured)).Outcome.ShouldBe(ProbeOutcome.Failure);
    }

    private async Task<ProbeAnswer> LookAsync(Probe probe, TimeSpan? timeout = null, Container? container = null)
    {
        using var limit = new CancellationTokenSource(timeout ?? Patience);
        return await LookAsync(probe, timeout ?? Patience, limit.Token, container);
    }

    private async Task<ProbeAnswer> LookAsync(
        Probe probe, TimeSpan timeout, CancellationToken limit, Container? container = null)
    {
        var target = new ProbeTarget("id", container ?? new() { Name = "web" }, "127.0.0.1");
        return await Looks.For(_runtime, target, probe).LookAsync(timeout, limit);
    }

    private static Probe Tcp(int port) => new() { TcpSocket = new() { Port = port } };

    private static string Show(ProbeAnswer answer, int port) =>
        $"{answer.Outcome}{(answer.IsWarning ? "!" : "")} {answer.Text}".Replace($":{port}", ":PORT").TrimEnd(' ')
        + (answer.Text.EndsWith(' ') ? " " : "");

    private static Probe Http(int port, params (string Name, string Value)[] headers) => new()
    {
        HttpGet = new()
        {
            Path = "/health?a=b",
            Port = port,
            HttpHeaders = [.. headers.Select(header => new HTTPHeader { Name = header.Name, Value = header.Value })],
        },
    };
}
