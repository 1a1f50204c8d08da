using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <content>Commands, attached streams, and ports of pods.</content>
public sealed partial class DockerRuntime
{
    private static readonly TimeSpan ExitCodePause = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public async Task<IContainerSession> ExecAsync(
        string id, IReadOnlyList<string> command, SessionStreams streams, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var exec = await _client.CreateExecAsync(id, new CreateExec
        {
            AttachStdin = streams.Input,
            AttachStdout = streams.Output,
            AttachStderr = streams.Error,
            Tty = streams.Terminal,
            Cmd = command,
        }, cancellation);
        var line = await _client.StartExecAsync(exec, streams.Terminal, cancellation);
        return new DockerSession(
            line, streams.Terminal,
            (columns, rows, token) => _client.ResizeExecAsync(exec, columns, rows, token),
            token => ExitCodeAsync(exec, token));
    }

    /// <inheritdoc/>
    public async Task<IContainerSession> AttachAsync(
        string id, SessionStreams streams, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var container = await _client.InspectAsync(id, cancellation)
            ?? throw new RuntimeRefusedException(404, $"No such container: {id}");
        var line = await _client.AttachAsync(container.Id, streams, cancellation);
        return new DockerSession(
            line, container.Config.Tty,
            (columns, rows, token) => _client.ResizeContainerAsync(container.Id, columns, rows, token),
            static _ => Task.FromResult<int?>(null));
    }

    /// <inheritdoc/>
    public async Task<IPodConnection> DialAsync(string address, int port, CancellationToken cancellation)
    {
        // An address of a pod over there may well be that of another pod here.
        if (!_endpoint.IsLoopback) return await DialFromWithinAsync(address, port, cancellation);
        // A socket for both families costs more for each connection, and probes make many.
        var ip = IPAddress.TryParse(address, out var parsed) ? parsed : IPAddress.None;
        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var clock = new CancellationTokenSource(_client.Options.ConnectTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            if (parsed is null) throw new FormatException();
            await socket.ConnectAsync(new IPEndPoint(ip, port), deadline.Token);
            return new SocketConnection(socket);
        }
        catch (Exception failed) when (failed is SocketException or FormatException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw new RuntimeRefusedException(502, Absence(address, port, failed)) { Cause = Cause(failed) };
        }
    }

    private static string? Cause(Exception failed) => failed switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connect: connection refused",
        SocketException { SocketErrorCode: SocketError.HostUnreachable } => "connect: no route to host",
        SocketException { SocketErrorCode: SocketError.NetworkUnreachable } => "connect: network is unreachable",
        OperationCanceledException => "i/o timeout",
        _ => null,
    };

    private string Absence(string address, int port, Exception failed) => failed switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"dial tcp4 {address}:{port}: connect: connection refused: nothing in the pod listens on port {port} of its "
            + "address (a server that listens on 127.0.0.1 alone cannot be reached)",
        SocketException other => $"dial tcp4 {address}:{port}: {other.Message}",
        FormatException => $"\"{address}\" is no address of a pod: wait until the pod runs",
        _ => $"dial tcp4 {address}:{port}: i/o timeout: the pod's address does not answer from this machine within "
            + $"{_client.Options.ConnectTimeout.TotalSeconds:0.#} s",
    };

    // The output ends a moment before the engine has noted how the process ended.
    private async Task<int?> ExitCodeAsync(string exec, CancellationToken cancellation)
    {
        using var clock = new CancellationTokenSource(_client.Options.ExitCodeTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            while (true)
            {
                var seen = await _client.InspectExecAsync(exec, deadline.Token);
                if (!seen.Running && seen.ExitCode is { } code) return code;
                await Task.Delay(ExitCodePause, _time, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RuntimeUnavailableException(
                "the command closed its output but has not ended, so its exit code is not known");
        }
    }
}
