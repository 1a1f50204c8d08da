using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <summary>A connection to a pod over the network of this machine.</summary>
internal sealed class SocketConnection(Socket socket) : IPodConnection
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

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
