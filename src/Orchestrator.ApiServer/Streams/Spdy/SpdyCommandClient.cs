namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>A command's client that opens one SPDY stream per channel.</summary>
internal sealed class SpdyCommandClient : ICommandClient
{
    private const int BufferBytes = 32 * 1024;
    private const int SizeBytesMax = 4 * 1024;

    private readonly SpdyConnection _connection;
    private readonly Task _reading;
    private readonly IReadOnlyDictionary<string, SpdyStream> _streams;

    private SpdyCommandClient(
        SpdyConnection connection, Task reading, IReadOnlyDictionary<string, SpdyStream> streams) =>
        (_connection, _reading, _streams) = (connection, reading, streams);

    /// <summary>Waits until the client has opened what it asked for; null when it does not, or is gone.</summary>
    /// <param name="reading">The run of the connection.</param>
    public static async Task<SpdyCommandClient?> OpenAsync(
        SpdyConnection connection, Task reading, IReadOnlyCollection<string> expected, TimeSpan timeout,
        CancellationToken ends)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ends);
        deadline.CancelAfter(timeout);
        var streams = new Dictionary<string, SpdyStream>();
        try
        {
            await foreach (var stream in connection.OpenedAsync(deadline.Token))
            {
                var type = stream.Headers.GetValueOrDefault("streamtype", "");
                if (!expected.Contains(type) || !streams.TryAdd(type, stream))
                    await stream.BreakAsync(SpdyFrames.ProtocolError);
                if (streams.Count == expected.Count) return new SpdyCommandClient(connection, reading, streams);
            }
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task CarryInputAsync(CommandInput process, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = CarryAsync("stdin", process.WriteAsync, process.EndAsync, stop.Token);
        var sizes = CarryAsync("resize", process.ResizeAsync, null, stop.Token);
        // Until the client is gone, the process has ended, or the server stops; input that still waits is for nobody.
        await Task.WhenAny(_reading, Task.Delay(Timeout.Infinite, stop.Token));
        await stop.CancelAsync();
        await Task.WhenAll(input, sizes);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, bool isError, CancellationToken cancellation) =>
        _streams.GetValueOrDefault(isError ? "stderr" : "stdout") is { } stream
            ? stream.WriteAsync(bytes, cancellation)
            : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask FinishAsync(CommandEnd end, CancellationToken cancellation)
    {
        await _streams["error"].WriteAsync(end.ToStatus(), cancellation);
        foreach (var stream in _streams.Values) await stream.EndAsync(cancellation);
        await _connection.GoAwayAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams.Values) await stream.DisposeAsync();
    }

    private async Task CarryAsync(
        string type, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take,
        Func<CancellationToken, ValueTask>? end, CancellationToken cancellation)
    {
        if (!_streams.TryGetValue(type, out var stream)) return;
        var buffer = new byte[type == "resize" ? SizeBytesMax : BufferBytes];
        try
        {
            while (await stream.ReadAsync(buffer, cancellation) is > 0 and var count)
            {
                await take(buffer.AsMemory(0, count), cancellation);
            }
            // Streams end with a lost client too; its input ends no less by that.
            if (end is not null) await end(cancellation);
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            return;
        }
    }
}
