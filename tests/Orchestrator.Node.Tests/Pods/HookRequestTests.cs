using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Hooks;
using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>The GET of a hook, against servers of this process.</summary>
public sealed class HookRequestTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _late = new(Deadline);
    private int _dials;

    public HookRequestTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _late.Dispose();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Broken\r\nContent-Length: 3\r\n\r\nno!")]
    [InlineData("HTTP/1.0 404 Not Found\r\n")]
    public async Task A7_Any_answer_will_do(string answer)
    {
        var asked = ServeAsync(answer);
        await SendAsync(new()
        {
            Path = "/a b?c=d",
            HttpHeaders = [new() { Name = "X-Bad", Value = "1\r\nX-Put: in" }],
        });
        (await asked).ShouldBe($"GET /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\n"
            + "User-Agent: kube-lifecycle/1.32\r\nAccept: */*\r\nX-Bad: 1  X-Put: in\r\nConnection: close\r\n\r\n");
    }

    [Fact]
    public async Task A7_Headers_of_the_hook_win()
    {
        var asked = ServeAsync("HTTP/1.1 200 OK\r\n\r\n");
        await SendAsync(new()
        {
            HttpHeaders = [new() { Name = "host", Value = "web" }, new() { Name = "User-Agent", Value = "me" }],
        });
        (await asked).ShouldBe(
            "GET / HTTP/1.1\r\nHost: web\r\nUser-Agent: me\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    }

    [Theory]
    [InlineData("", "EOF")]
    [InlineData("SSH-2.0-x\r\n\r\n", "malformed HTTP response")]
    public async Task A7_What_is_no_answer_is_a_failure(string answer, string expected)
    {
        var asked = ServeAsync(answer);
        (await Should.ThrowAsync<HookFailedException>(() => SendAsync(new()))).Message.ShouldContain(expected);
        await asked;
    }

    [Fact]
    public async Task A7_Certificates_are_not_checked()
    {
        using var authority = new TestAuthority("nobody");
        var (certificate, key) = authority.Engine(["elsewhere"]);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        using var usable = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var asked = ServeSecurelyAsync(usable);
        await SendAsync(new() { Path = "/x", Scheme = "HTTPS" });
        (await asked).ShouldStartWith("GET /x HTTP/1.1\r\n");
        _dials.ShouldBe(1);
    }

    [Fact]
    public async Task A7_A_server_that_speaks_no_TLS_is_asked_without()
    {
        var first = ServeAsync("HTTP/1.0 400 Bad Request\r\n\r\nClient sent nonsense.\n", isAnyRequest: true);
        var second = first.ContinueWith(
            _ => ServeAsync("HTTP/1.1 200 OK\r\n\r\n"), TaskScheduler.Default).Unwrap();
        await SendAsync(new() { Path = "/y", Scheme = "HTTPS" });
        (await second).ShouldStartWith("GET /y HTTP/1.1\r\n");
        _dials.ShouldBe(2);
    }

    private Task SendAsync(HTTPGetAction get) => new HookRequest(get, "127.0.0.1", Port, "v1.32.0").SendAsync(
        async () =>
        {
            _dials++;
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, Port, _late.Token);
            return new SocketConnection(socket);
        }, _late.Token);

    private async Task<string> ServeAsync(string answer, bool isAnyRequest = false)
    {
        using var client = await _listener.AcceptTcpClientAsync(_late.Token);
        await using var stream = client.GetStream();
        return await AnswerAsync(stream, answer, isAnyRequest);
    }

    private async Task<string> ServeSecurelyAsync(X509Certificate2 certificate)
    {
        using var client = await _listener.AcceptTcpClientAsync(_late.Token);
        await using var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(certificate);
        return await AnswerAsync(secure, "HTTP/1.1 200 OK\r\n\r\n", isAnyRequest: false);
    }

    private async Task<string> AnswerAsync(Stream stream, string answer, bool isAnyRequest)
    {
        var heard = new StringBuilder();
        var buffer = new byte[4096];
        while (!heard.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && !(isAnyRequest && heard.Length > 0))
        {
            var count = await stream.ReadAsync(buffer, _late.Token);
            if (count == 0) break;
            heard.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _late.Token);
        return heard.ToString();
    }
}
