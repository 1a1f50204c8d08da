using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <summary>A socket of this machine, or plain TCP.</summary>
internal sealed class SocketTransport(DockerEndpoint endpoint, DockerOptions options, bool isSecured) : IEngineTransport
{
    // Docker's own ports, for endpoints that name none.
    private const int PlainPort = 2375;
    private const int SecuredPort = 2376;
    private const int KeepAliveSeconds = 15;
    private const int KeepAliveRetries = 3;

    /// <inheritdoc/>
    public TimeSpan ConnectTimeout => options.ConnectTimeout;

    /// <inheritdoc/>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = endpoint.Scheme == EndpointScheme.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : Tcp();
        try
        {
            await socket.ConnectAsync(Address(), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException denied) when (denied.SocketErrorCode == SocketError.AccessDenied)
        {
            socket.Dispose();
            throw new RuntimeUnavailableException(
                $"this user may not open the Docker endpoint {endpoint.Text}: add it to the group docker or pass --docker",
                denied);
        }
        catch (SocketException nobody)
        {
            socket.Dispose();
            throw new RuntimeUnavailableException(Absence(nobody), nobody);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string? Explain(Exception broken) => null;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Absence(SocketException nobody) =>
        nobody.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
            ? $"the name {endpoint.Host} of the Docker endpoint {endpoint.Text} is unknown: check it, or pass an address"
            : endpoint.Absence;

    private EndPoint Address()
    {
        if (endpoint.Scheme == EndpointScheme.Unix) return new UnixDomainSocketEndPoint(endpoint.Path);
        var port = endpoint.Port > 0 ? endpoint.Port : isSecured ? SecuredPort : PlainPort;
        return new DnsEndPoint(endpoint.Host, port);
    }

    // A stream of events may be silent for hours: only the kernel notices that the other machine is gone.
    private static Socket Tcp()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
        return socket;
    }
}
