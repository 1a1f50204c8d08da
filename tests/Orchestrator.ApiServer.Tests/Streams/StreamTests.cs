using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests.Streams;

/// <summary>
/// exec, attach and port-forward over real HTTP, by a client of WebSockets and by kubectl, on a simulated node.
/// </summary>
public sealed class StreamTests(SecureApi secure) : IClassFixture<SecureApi>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // why | pod's containers | path and query | code | what it says
    public static TheoryData<string, string, string, int, string> Refusals => new()
    {
        { "no upgrade", """{"name":"a","image":"i"}""", "exec?command=ls&stdout=1", 400, "Upgrade request required" },
        { "nothing asked", """{"name":"a","image":"i"}""", "exec?command=ls", 400,
            "you must specify at least 1 of stdin, stdout, stderr" },
        { "no command", """{"name":"a","image":"i"}""", "exec?stdout=1", 400,
            "you must specify at least one command for the container" },
        { "two containers", """{"name":"a","image":"i"},{"name":"b","image":"i"}""", "attach?stdout=1", 400,
            "a container name must be specified for pod {0}, choose one of: [a b]" },
        { "unknown container", """{"name":"a","image":"i"}""", "exec?container=x&command=ls&stdout=1", 400,
            "container x is not valid for pod {0}" },
        { "no upgrade to ports", """{"name":"a","image":"i"}""", "portforward", 400, "Upgrade request required" },
        { "a flag that is none", """{"name":"a","image":"i"}""", "exec?command=ls&stdout=maybe", 400,
            "stdout must be true or false" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task Refusals_come_before_the_upgrade(string why, string containers, string path, int code,
        string says)
    {
        await using var api = await PlainApi.StartAsync();
        var name = why.Replace(' ', '-');
        await api.Process.CreateAsync(Given.Pods, Given.Pod(name, "n1", containers));
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            var answer = await api.Process.SendAsync(method, $"{Given.Pods}/{name}/{path}");
            ((int)answer.Code).ShouldBe(code, why);
            answer.Message.ShouldContain(string.Format(null, says, name), customMessage: why);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_refused_in_the_words_of_Kubernetes()
    {
        await using var api = await PlainApi.StartAsync();
        (await api.Process.GetAsync($"{Given.Pods}/nobody/exec?command=ls&stdout=1")).Message
            .ShouldBe("pods \"nobody\" not found");
        await api.Process.CreateAsync(Given.Pods, Given.Pod("unbound"), Given.Pod("waiting", "n1"));
        (await api.Process.GetAsync($"{Given.Pods}/unbound/exec?command=ls&stdout=1")).Message
            .ShouldBe("pod unbound does not have a host assigned");
        (await UpgradeAsync(api, "waiting/exec?command=ls&stdout=1")).ShouldBe((500, "container not found (\"c\")"));
        (await UpgradeAsync(api, "waiting/attach?stdout=1"))
            .ShouldBe((500, "container c not found in pod waiting_default"));
        (await UpgradeAsync(api, "waiting/portforward", "portforward.k8s.io")).Text
            .ShouldContain("unable to forward port because pod is not running. Current status=Pending");
    }

    [Theory]
    [InlineData("v5.channel.k8s.io")]
    [InlineData("v4.channel.k8s.io")]
    public async Task A_command_runs_over_a_WebSocket(string protocol)
    {
        await using var api = await PlainApi.StartAsync();
        await SimulatedPod.StartAsync(api.Process, "p");
        using var socket = await OpenAsync(api, "p/exec?command=echo&command=hello&stdout=true&stderr=true", protocol);
        socket.SubProtocol.ShouldBe(protocol);
        (await ReceiveAsync(socket)).ShouldBe([1]);
        Text(await ReceiveAsync(socket)).ShouldBe((1, "hello\n"));
        Text(await ReceiveAsync(socket)).ShouldBe((3, """{"metadata":{},"status":"Success"}"""));
        await ReceiveAsync(socket);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task The_oldest_protocol_says_nothing_of_success_and_a_sentence_of_failure()
    {
        await using var api = await PlainApi.StartAsync();
        await SimulatedPod.StartAsync(api.Process, "p");
        using var good = await OpenAsync(api, "p/exec?command=true&stdout=true", "channel.k8s.io");
        (await ReceiveAsync(good)).ShouldBe([1]);
        await ReceiveAsync(good);
        good.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
        using var bad = await OpenAsync(api, "p/exec?command=false&stdout=true", "base64.channel.k8s.io");
        Encoding.ASCII.GetString(await ReceiveAsync(bad)).ShouldBe("1");
        var told = Encoding.ASCII.GetString(await ReceiveAsync(bad));
        told[0].ShouldBe('3');
        Encoding.UTF8.GetString(Convert.FromBase64String(told[1..]))
            .ShouldBe("command terminated with non-zero exit code: exit status 1");
    }

    [Fact]
    public async Task Input_ends_by_the_close_signal()
    {
        await using var api = await PlainApi.StartAsync();
        await SimulatedPod.StartAsync(api.Process, "p");
        using var socket = await OpenAsync(
            api, "p/exec?command=cat&stdin=true&stdout=true", "v5.channel.k8s.io");
        await ReceiveAsync(socket);
        using var limit = new CancellationTokenSource(Patience);
        await socket.SendAsync("\0typed"u8.ToArray(), WebSocketMessageType.Binary, true, limit.Token);
        Text(await ReceiveAsync(socket)).ShouldBe((1, "typed"));
        await socket.SendAsync(new byte[] { 255, 0 }, WebSocketMessageType.Binary, true, limit.Token);
        Text(await ReceiveAsync(socket)).Channel.ShouldBe(3);
    }

    [Fact]
    public async Task Ports_are_forwarded_over_channels()
    {
        await using var api = await PlainApi.StartAsync();
        await SimulatedPod.StartAsync(api.Process, "p");
        using var socket = await OpenAsync(api, "p/portforward?ports=80&ports=443", "v4.channel.k8s.io");
        List<byte[]> greetings = [];
        for (var turn = 0; turn < 4; turn++) greetings.Add(await ReceiveAsync(socket));
        greetings.Select(Convert.ToHexStringLower).ShouldBe(["005000", "015000", "02bb01", "03bb01"]);
        using var limit = new CancellationTokenSource(Patience);
        await socket.SendAsync("\u0002ping"u8.ToArray(), WebSocketMessageType.Binary, true, limit.Token);
        Text(await ReceiveAsync(socket)).ShouldBe((2, "ping"));
    }

    [SkippableTheory]
    [InlineData("1.27")]
    [InlineData("1.31")]
    [InlineData("1.33")]
    public async Task Kubectl_runs_commands_and_forwards_ports(string version)
    {
        Skip.IfNot(File.Exists(Kubectl.BinaryOf(version)), $"kubectl {version} is not installed");
        var pod = $"p{version.Replace('.', '-')}";
        await SimulatedPod.StartAsync(secure.Api, pod);
        using var kubectl = new Kubectl(version, secure.Api.Url, secure.Authority.CertificatePem);
        (await kubectl.RunAsync($"exec {pod} -- echo one two")).ShouldBe("one two\n");
        (await kubectl.RunAsync($"exec {pod} -- exit 3", exitCode: 3))
            .ShouldBe("command terminated with exit code 3\n");
        var much = new string('x', 1 << 20);
        (await kubectl.RunAsync($"exec -i {pod} -- cat", much)).ShouldBe(much);
        (await kubectl.RunAsync($"exec {pod} -c c -- nonsense", exitCode: 127))
            .ShouldContain("nonsense: not found in a simulated container");
        (await kubectl.RunAsync($"exec {pod} -c x -- true", exitCode: 1))
            .ShouldContain("container x is not valid for pod");
        await ForwardAsync(kubectl, pod);
    }

    private static async Task ForwardAsync(Kubectl kubectl, string pod)
    {
        using var forward = kubectl.Start($"port-forward pod/{pod} :8080");
        try
        {
            var said = await forward.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            said.ShouldNotBeNull(customMessage: "port-forward ended at once");
            var port = int.Parse(said.Split(" -> ")[0].Split(':')[^1]);
            await Task.WhenAll(Enumerable.Range(0, 10).Select(number => EchoAsync(port, $"text {number}")));
        }
        finally
        {
            forward.Kill();
            await forward.WaitForExitAsync();
        }
    }

    private static async Task EchoAsync(int port, string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), limit.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(limit.Token)).ShouldBe(text);
    }

    private static async Task<ClientWebSocket> OpenAsync(PlainApi api, string path, string protocol)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        socket.Options.SetRequestHeader("Authorization", $"Bearer {ApiProcess.Token}");
        using var limit = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(
            new Uri($"{api.Process.Url.Replace("http", "ws", StringComparison.Ordinal)}{Given.Pods}/{path}"),
            limit.Token);
        return socket;
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new byte[64 * 1024];
        var part = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
        part.EndOfMessage.ShouldBeTrue();
        return buffer[..part.Count];
    }

    private static (int Channel, string Text) Text(byte[] message) =>
        (message[0], Encoding.UTF8.GetString(message.AsSpan(1)));

    private static async Task<(int Code, string Text)> UpgradeAsync(
        PlainApi api, string path, string version = "v4.channel.k8s.io")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Given.Pods}/{path}");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "SPDY/3.1");
        request.Headers.TryAddWithoutValidation("X-Stream-Protocol-Version", version);
        using var answer = await api.Process.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A front-end without TLS, for clients that are made here.</summary>
    private sealed class PlainApi : IAsyncDisposable
    {
        public ApiProcess Process { get; } = new();

        public static async Task<PlainApi> StartAsync()
        {
            var api = new PlainApi();
            await api.Process.InitializeAsync();
            return api;
        }

        public ValueTask DisposeAsync() => new(Process.DisposeAsync());
    }
}
