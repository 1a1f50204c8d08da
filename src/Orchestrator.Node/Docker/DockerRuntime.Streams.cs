using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <content>Commands, attached streams, and ports of pods.</content>
public sealed partial class DockerRuntime
{
    private static readonly TimeSpan ExecPause = TimeSpan.FromMilliseconds(20);

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
        try
        {
            var line = await _client.StartExecAsync(exec, streams.Terminal, cancellation);
            return new DockerSession(
                line, streams.Terminal,
                (columns, rows, token) => _client.ResizeExecAsync(exec, columns, rows, token),
                token => ExitCodeAsync(exec, token), token => KillAsync(exec, token));
        }
        catch (OperationCanceledException)
        {
            // It may begin all the same, for nobody.
            await KillAsync(exec, CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IContainerSession> AttachAsync(
        string id, SessionStreams streams, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(streams);
        var container = await _client.InspectAsync(id, cancellation)
            ?? throw new RuntimeRefusedException(404, $"No such container: {id}");
        // The engine would let a client wait for a start that may never come, or end with nothing said.
        if (ContainerMapping.FromEngine(container).Phase != ContainerPhase.Running)
            throw new RuntimeRefusedException(409, $"Container {id} is not running");
        var line = await _client.AttachAsync(container.Id, streams, cancellation);
        return new DockerSession(
            line, container.Config.Tty,
            (columns, rows, token) => _client.ResizeContainerAsync(container.Id, columns, rows, token),
            static _ => Task.FromResult<int?>(null), static _ => Task.CompletedTask);
    }

    /// <inheritdoc/>
    public Task<IPodConnection> DialAsync(string address, int port, CancellationToken cancellation) =>
        // An address of a pod over there may well be that of another pod here.
        !_endpoint.IsLoopback ? DialFromWithinAsync(address, port, cancellation)
        : IPAddress.TryParse(address, out var ip)
            ? WithinAsync(
                token => SocketConnection.ConnectAsync(new IPEndPoint(ip, port), token), address, port, cancellation)
        : Task.FromException<IPodConnection>(Absence(address, port, new FormatException()));

    /// <inheritdoc/>
    public ValueTask<IPodConnection> DialBrieflyAsync(string address, int port, CancellationToken cancellation)
    {
        if (!_endpoint.IsLoopback || !BareSockets.AreHere || !IPAddress.TryParse(address, out var ip)
            || ip.AddressFamily != AddressFamily.InterNetwork)
        {
            return new(DialAsync(address, port, cancellation));
        }
        var connection = new BriefConnection(_waits, ip, port);
        try
        {
            if (connection.TryConnect()) return new(connection);
        }
        catch (SocketException failed)
        {
            connection.Dispose();
            return ValueTask.FromException<IPodConnection>(Absence(address, port, failed));
        }
        return new(WithinAsync(connection.ConnectAsync, address, port, cancellation));
    }

    // Connects, or says why not, within the time that connections have.
    private async Task<IPodConnection> WithinAsync(
        Func<CancellationToken, Task<IPodConnection>> connect, string address, int port, CancellationToken cancellation)
    {
        using var clock = new CancellationTokenSource(_client.Options.ConnectTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            return await connect(deadline.Token);
        }
        catch (Exception failed) when (failed is SocketException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Absence(address, port, failed);
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

    private RuntimeRefusedException Absence(string address, int port, Exception failed) =>
        new(502, AbsenceText(address, port, failed)) { Cause = Cause(failed) };

    private string AbsenceText(string address, int port, Exception failed) => failed switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"dial tcp4 {address}:{port}: connect: connection refused: nothing in the pod listens on port {port} of its "
            + "address (a server that listens on 127.0.0.1 alone cannot be reached)",
        SocketException other => $"dial tcp4 {address}:{port}: {other.Message}",
        FormatException => $"\"{address}\" is no address of a pod: wait until the pod runs",
        _ => $"dial tcp4 {address}:{port}: i/o timeout: the pod's address does not answer from this machine within "
            + $"{_client.Options.ConnectTimeout.TotalSeconds:0.#} s",
    };

    // Engines have no call for this. The number of the process is known once it has begun, a moment after the answer.
    private async Task KillAsync(string exec, CancellationToken cancellation)
    {
        if (!_endpoint.IsLoopback) return;
        using var clock = new CancellationTokenSource(_client.Options.KillTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            while (true)
            {
                var seen = await _client.InspectExecAsync(exec, deadline.Token);
                if (seen is { Running: true, Pid: > 0 }) LocalProcesses.Kill(seen.Pid, seen.ContainerId);
                if (seen.Pid > 0 || seen.ExitCode is not null) return;
                await Task.Delay(ExecPause, _time, deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It has not begun, so it most likely never will.
            cancellation.ThrowIfCancellationRequested();
        }
        catch (Exception unknown) when (unknown is RuntimeRefusedException or RuntimeUnavailableException)
        {
            // It has ended, or its container has; or the engine is away, and there is no way to it.
            return;
        }
    }

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
                await Task.Delay(ExecPause, _time, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RuntimeUnavailableException(
                "the command closed its output but has not ended, so its exit code is not known");
        }
    }
}
