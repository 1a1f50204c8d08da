using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Orchestrator.ApiServer.Streams.WebSockets;

/// <summary>
/// Numbered channels over one WebSocket. Writers take turns; there is one reader, and while it reads, pings are
/// answered.
/// </summary>
internal sealed class ChannelSocket(WebSocket socket, ChannelProtocol protocol) : IAsyncDisposable
{
    // As much as the reference takes: clients send what they were given in one piece. A message is held whole.
    private const int MessageBytesMax = 32 * 1024 * 1024;
    private const int BufferBytes = 32 * 1024;

    private readonly SemaphoreSlim _turn = new(1);
    private byte[] _buffer = new byte[BufferBytes];

    public ChannelProtocol Protocol => protocol;

    /// <summary>Messages until the client closes or is gone; what is none is left out.</summary>
    public async IAsyncEnumerable<(byte Channel, byte[] Bytes)> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await ReceiveAsync(cancellation) is { } message)
        {
            if (protocol.Decode(message.Span) is { } decoded) yield return decoded;
        }
    }

    /// <summary>Sends bytes on a channel; none make an empty message.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public async ValueTask WriteAsync(byte channel, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var message = protocol.Encode(channel, bytes.Span);
        var type = protocol.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        await _turn.WaitAsync(cancellation);
        try
        {
            await socket.SendAsync(message, type, endOfMessage: true, cancellation);
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException)
        {
            throw new IOException("the client is gone", gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Says that nothing comes any more; the client's answer ends the reading.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public async ValueTask CloseAsync(WebSocketCloseStatus why, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(why, null, cancellation);
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException)
        {
            throw new IOException("the client is gone", gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    // Null when there will be none.
    private async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            for (var filled = 0; ;)
            {
                var part = await socket.ReceiveAsync(_buffer.AsMemory(filled), cancellation);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await CloseAsync(WebSocketCloseStatus.NormalClosure, cancellation);
                    return null;
                }
                filled += part.Count;
                if (part.EndOfMessage) return _buffer.AsMemory(0, filled);
                if (filled == MessageBytesMax)
                {
                    await CloseAsync(WebSocketCloseStatus.MessageTooBig, cancellation);
                    return null;
                }
                if (filled == _buffer.Length) Array.Resize(ref _buffer, Math.Min(2 * filled, MessageBytesMax));
            }
        }
        catch (Exception gone) when (Spdy.SpdyConnection.IsGone(gone))
        {
            return null;
        }
    }
}
