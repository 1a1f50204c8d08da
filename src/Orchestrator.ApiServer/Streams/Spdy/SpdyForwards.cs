using System.Collections.Concurrent;
using System.Text;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>
/// Connections to ports over one SPDY connection: for each the client opens a stream for errors and one for bytes, told
/// to belong together by the number of the request.
/// </summary>
internal sealed class SpdyForwards(SpdyConnection connection, PortTarget target, TimeSpan pairTimeout)
{
    private const int BufferBytes = 32 * 1024;
    private const string ErrorType = "error";
    private const string BytesType = "data";

    private readonly ConcurrentDictionary<string, SpdyStream> _halves = new();
    private readonly List<Task> _running = [];

    /// <summary>Forwards until the client is gone; then nothing of it is left.</summary>
    public async Task RunAsync(CancellationToken ends)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ends);
        try
        {
            await foreach (var stream in connection.OpenedAsync(stop.Token)) await TakeAsync(stream, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
            await connection.GoAwayAsync();
        }
        await stop.CancelAsync();
        await Task.WhenAll(_running);
    }

    private async Task TakeAsync(SpdyStream stream, CancellationToken ends)
    {
        var type = stream.Headers.GetValueOrDefault("streamtype", "");
        if (type is not (ErrorType or BytesType) || PortOf(stream) is null)
        {
            await stream.BreakAsync(SpdyFrames.ProtocolError);
            return;
        }
        // The oldest clients number no requests, but open the error stream right before the other.
        var request = stream.Headers.GetValueOrDefault("requestid")
            ?? (type == ErrorType ? stream.Id : stream.Id - 2).ToString(
                System.Globalization.CultureInfo.InvariantCulture);
        if (!_halves.TryRemove(request, out var other))
        {
            _halves[request] = stream;
            Start(BreakIfAloneAsync(request, stream, ends));
        }
        else if (other.Headers["streamtype"] == type)
        {
            await stream.BreakAsync(SpdyFrames.ProtocolError);
            await other.BreakAsync(SpdyFrames.ProtocolError);
        }
        else
        {
            Start(type == ErrorType ? ForwardAsync(stream, other, ends) : ForwardAsync(other, stream, ends));
        }
    }

    private void Start(Task task)
    {
        _running.RemoveAll(static done => done.IsCompletedSuccessfully);
        _running.Add(task);
    }

    private static int? PortOf(SpdyStream stream) => PortTarget.ReadPort(stream.Headers.GetValueOrDefault("port"));

    private async Task BreakIfAloneAsync(string request, SpdyStream stream, CancellationToken ends)
    {
        await Task.WhenAny(Task.Delay(pairTimeout, ends));
        if (_halves.TryRemove(KeyValuePair.Create(request, stream))) await stream.BreakAsync();
    }

    private async Task ForwardAsync(SpdyStream error, SpdyStream bytes, CancellationToken ends)
    {
        await using var first = error;
        await using var second = bytes;
        var port = PortOf(bytes)!.Value;
        try
        {
            await using var pod = await target.DialAsync(port, ends);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ends);
            await Task.WhenAll(DownAsync(pod, bytes, stop), UpAsync(bytes, pod, stop));
            await error.EndAsync(ends);
        }
        catch (Exception refused) when (refused is RuntimeRefusedException or RuntimeUnavailableException)
        {
            await TellAsync(error, target.Failure(port, refused), ends);
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            // The client left, or the server stops.
            return;
        }
    }

    private static async Task TellAsync(SpdyStream error, string why, CancellationToken ends)
    {
        try
        {
            await error.WriteAsync(Encoding.UTF8.GetBytes(why), ends);
            await error.EndAsync(ends);
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            return; // Nobody is there to be told.
        }
    }

    // A direction that breaks takes the other with it; one that ends does not.
    private static async Task DownAsync(IPodConnection pod, SpdyStream bytes, CancellationTokenSource stop)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await pod.ReadAsync(buffer, stop.Token) is > 0 and var count)
            {
                await bytes.WriteAsync(buffer.AsMemory(0, count), stop.Token);
            }
            await bytes.EndAsync(stop.Token);
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            await stop.CancelAsync();
        }
    }

    private static async Task UpAsync(SpdyStream bytes, IPodConnection pod, CancellationTokenSource stop)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await bytes.ReadAsync(buffer, stop.Token) is > 0 and var count)
            {
                await pod.WriteAsync(buffer.AsMemory(0, count), stop.Token);
            }
            pod.EndWriting();
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            await stop.CancelAsync();
        }
    }
}
