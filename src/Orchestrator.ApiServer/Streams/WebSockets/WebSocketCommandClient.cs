using System.Net.WebSockets;
using System.Text;

namespace Orchestrator.ApiServer.Streams.WebSockets;

/// <summary>A command's client behind the channels of a WebSocket.</summary>
internal sealed class WebSocketCommandClient(ChannelSocket channels, TimeProvider clock) : ICommandClient
{
    // client-go reads before it has made its streams, and throws away what comes that soon.
    private static readonly TimeSpan ReadyDelay = TimeSpan.FromMilliseconds(10);

    private Task _isReady = Task.CompletedTask;

    /// <summary>
    /// Says by an empty message on the first channel that will be written that we are here: clients wait for it.
    /// </summary>
    public async ValueTask GreetAsync(bool hasOutput, bool hasErrorOutput, CancellationToken cancellation)
    {
        await channels.WriteAsync(
            hasOutput ? ChannelProtocol.Output
            : hasErrorOutput ? ChannelProtocol.ErrorOutput : ChannelProtocol.Status, default, cancellation);
        _isReady = Task.Delay(ReadyDelay, clock, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task CarryInputAsync(CommandInput process, CancellationToken cancellation)
    {
        try
        {
            await foreach (var (channel, bytes) in channels.ReadAsync(cancellation))
            {
                await (channel switch
                {
                    ChannelProtocol.Input => process.WriteAsync(bytes, cancellation),
                    ChannelProtocol.Resize => process.ResizeAsync(bytes, cancellation),
                    ChannelProtocol.Close when channels.Protocol.HasClose && bytes is [ChannelProtocol.Input] =>
                        process.EndAsync(cancellation),
                    _ => ValueTask.CompletedTask,
                });
            }
        }
        catch (OperationCanceledException)
        {
            return; // The process has ended, or the server stops.
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, bool isError, CancellationToken cancellation)
    {
        await _isReady;
        await channels.WriteAsync(
            isError ? ChannelProtocol.ErrorOutput : ChannelProtocol.Output, bytes, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(CommandEnd end, CancellationToken cancellation)
    {
        await _isReady;
        if (channels.Protocol.HasStatus)
        {
            await channels.WriteAsync(ChannelProtocol.Status, end.ToStatus(), cancellation);
        }
        else if (!end.IsSuccess)
        {
            await channels.WriteAsync(ChannelProtocol.Status, Encoding.UTF8.GetBytes(end.Message), cancellation);
        }
        await channels.CloseAsync(WebSocketCloseStatus.NormalClosure, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => channels.DisposeAsync();
}
