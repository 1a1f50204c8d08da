using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <summary>A connection to a pod over the network of this machine.</summary>
internal sealed class SocketConnection(Socket socket) : IPodConnection
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    /// <exception cref="SocketException">There is no connection.</exception>
    public static async Task<IPodConnection> ConnectAsync(IPEndPoint to, CancellationToken cancellation)
    {
        // A socket for both families would cost more.
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellation);
            return new SocketConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        _stream.ReadAsync(buffer, cancellation);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        _stream.WriteAsync(bytes, cancellation);

    /// <inheritdoc/>
    public void EndWriting()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The other side was quicker: then there is nothing left to end.
            return;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
