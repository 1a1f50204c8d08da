using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Orchestrator.ApiServer.Streams.Spdy;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Streams.WebSockets;

/// <summary>
/// One connection to each of a few ports over the channels of a WebSocket: port number i has channel 2i for its bytes
/// and 2i + 1 for an error, and the first message of each is the port in two bytes, little end first.
/// </summary>
internal sealed class ChannelForwards(ChannelSocket channels, PortTarget target, IReadOnlyList<int> ports)
{
    private const int BufferBytes = 32 * 1024;

    private readonly IPodConnection?[] _pods = new IPodConnection?[ports.Count];

    /// <summary>Forwards until the client is gone or every pod has ended its connection.</summary>
    public async Task RunAsync(TimeSpan farewell, CancellationToken ends)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ends);
        try
        {
            for (var at = 0; at < ports.Count; at++) await OpenAsync(at, stop.Token);
            var up = UpAsync(stop.Token);
            var down = DownAsync(stop.Token);
            if (await Task.WhenAny(up, down) == down) stop.CancelAfter(farewell);
            else await stop.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            // The client left, or the server stops.
            return;
        }
        finally
        {
            foreach (var pod in _pods)
            {
                if (pod is not null) await pod.DisposeAsync();
            }
        }
    }

    private async Task OpenAsync(int at, CancellationToken ends)
    {
        var number = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)ports[at]);
        await channels.WriteAsync((byte)(2 * at), number, ends);
        await channels.WriteAsync((byte)(2 * at + 1), number, ends);
        try
        {
            _pods[at] = await target.DialAsync(ports[at], ends);
        }
        catch (Exception refused) when (refused is RuntimeRefusedException or RuntimeUnavailableException)
        {
            await channels.WriteAsync(
                (byte)(2 * at + 1), Encoding.UTF8.GetBytes(target.Failure(ports[at], refused)), ends);
        }
    }

    private async Task UpAsync(CancellationToken ends)
    {
        try
        {
            await foreach (var (channel, bytes) in channels.ReadAsync(ends))
            {
                var isBytes = channel % 2 == 0 && channel / 2 < ports.Count;
                if (isBytes && _pods[channel / 2] is { } pod) await pod.WriteAsync(bytes, ends);
            }
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            return; // A pod that broke off, or the end.
        }
    }

    private async Task DownAsync(CancellationToken ends)
    {
        await Task.WhenAll(Enumerable.Range(0, ports.Count).Select(at => DownAsync(at, ends)));
        await channels.CloseAsync(WebSocketCloseStatus.NormalClosure, ends);
    }

    private async Task DownAsync(int at, CancellationToken ends)
    {
        if (_pods[at] is not { } pod) return;
        var buffer = new byte[BufferBytes];
        try
        {
            while (await pod.ReadAsync(buffer, ends) is > 0 and var count)
            {
                await channels.WriteAsync((byte)(2 * at), buffer.AsMemory(0, count), ends);
            }
        }
        catch (IOException)
        {
            return; // The pod broke off, or the client did; the latter ends the reading too.
        }
    }
}
