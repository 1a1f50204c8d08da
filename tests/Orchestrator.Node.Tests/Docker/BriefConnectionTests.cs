using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Probes;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>Connections that are made for looks, against sockets of this process.</summary>
public sealed class BriefConnectionTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _limit = new(Patience);
    private readonly DockerRuntime _runtime = new(
        "unix:///nowhere/docker.sock", "test/brief", new DockerOptions(), TimeProvider.System,
        NullLogger<DockerRuntime>.Instance);

    public BriefConnectionTests() => _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _limit.Dispose();
        await _runtime.DisposeAsync();
    }

    [Fact]
    public async Task Each_piece_is_read_when_it_comes()
    {
        var (connection, server) = await ConnectAsync();
        var buffer = new byte[16];
        for (byte piece = 1; piece < 20; piece++)
        {
            var reading = connection.ReadAsync(buffer, _limit.Token).AsTask();
            reading.IsCompleted.ShouldBeFalse("nothing was sent yet");
            await server.SendAsync(new[] { piece });
            (await reading, buffer[0]).ShouldBe((1, piece));
        }
        server.Shutdown(SocketShutdown.Send);
        (await connection.ReadAsync(buffer, _limit.Token)).ShouldBe(0, "that is the end");
        connection.EndWriting();
        (await server.ReceiveAsync(buffer)).ShouldBe(0, "and that the end of the other direction");
        await connection.DisposeAsync();
        server.Dispose();
    }

    [Fact]
    public async Task Who_reads_slowly_gets_all_of_it()
    {
        var (connection, server) = await ConnectAsync();
        var sent = Enumerable.Range(0, 20_000_000).Select(number => (byte)(number % 251)).ToArray();
        var writing = connection.WriteAsync(sent, _limit.Token).AsTask();
        writing.IsCompleted.ShouldBeFalse("no machine keeps so much for others");
        var got = new byte[sent.Length];
        for (var length = 0; length < got.Length;)
            length += await server.ReceiveAsync(got.AsMemory(length), _limit.Token);
        await writing;
        got.AsSpan().SequenceEqual(sent).ShouldBeTrue();
        await connection.DisposeAsync();
        (await server.ReceiveAsync(got)).ShouldBe(0);
        server.Dispose();
    }

    [Fact]
    public async Task Who_breaks_off_is_seen_to()
    {
        var (connection, server) = await ConnectAsync();
        var reading = connection.ReadAsync(new byte[16], _limit.Token).AsTask();
        server.LingerState = new LingerOption(true, 0);
        server.Dispose();
        var broken = await Should.ThrowAsync<IOException>(reading);
        broken.InnerException.ShouldBeOfType<SocketException>().SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_is_let_go_by_the_token_and_by_the_end_of_the_runtime()
    {
        var (first, server) = await ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var reading = first.ReadAsync(new byte[16], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(reading);
        await server.SendAsync("x"u8.ToArray());
        (await first.ReadAsync(new byte[16], _limit.Token)).ShouldBe(1, "it can still be read");

        var last = first.ReadAsync(new byte[16], CancellationToken.None).AsTask();
        await _runtime.DisposeAsync();
        await Should.ThrowAsync<OperationCanceledException>(last.WaitAsync(_limit.Token));
        await first.DisposeAsync();
        server.Dispose();
    }

    [Fact]
    public async Task B11_who_takes_the_connection_late_is_well_and_too_late_is_not()
    {
        _listener.Listen(0);
        // The kernel takes as many as were asked for and one more, and is deaf to the rest once that one is there.
        var taken = await _runtime.DialBrieflyAsync("127.0.0.1", Port, _limit.Token);
        _listener.Poll(Patience, SelectMode.SelectRead).ShouldBeTrue();
        var late = LookAsync(Patience);
        var tooLate = await LookAsync(TimeSpan.FromMilliseconds(100));
        (tooLate.Outcome, tooLate.Text).ShouldBe(
            (ProbeOutcome.Failure, $"dial tcp 127.0.0.1:{Port}: i/o timeout"));
        late.IsCompleted.ShouldBeFalse();
        var accepted = new List<Socket>();
        while (!late.IsCompleted)
        {
            if (_listener.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead))
                accepted.Add(await _listener.AcceptAsync(_limit.Token));
            _limit.Token.ThrowIfCancellationRequested();
        }
        (await late).Outcome.ShouldBe(ProbeOutcome.Success);
        await taken.DisposeAsync();
        foreach (var socket in accepted) socket.Dispose();
    }

    private async Task<(IPodConnection Connection, Socket Server)> ConnectAsync()
    {
        _listener.Listen(16);
        var connection = await _runtime.DialBrieflyAsync("127.0.0.1", Port, _limit.Token);
        connection.ShouldBeOfType<BriefConnection>();
        return (connection, await _listener.AcceptAsync(_limit.Token));
    }

    private async Task<ProbeAnswer> LookAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        var target = new ProbeTarget("id", new Container { Name = "web" }, "127.0.0.1");
        var probe = new Probe { TcpSocket = new() { Port = Port } };
        return await Looks.For(_runtime, target, probe).LookAsync(timeout, limit.Token);
    }
}
