using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>
/// The server's side of SPDY/3.1 over any bytes. One reader takes the frames in order; writers take turns. What we may
/// send is not counted: the clients of Kubernetes never tell how much they have room for, so TCP alone slows us down.
/// </summary>
internal sealed class SpdyConnection : IAsyncDisposable
{
    private const int ControlBytesMax = 64 * 1024;
    private const int StreamsMax = 1024;
    private const int WindowReportBytes = 32 * 1024;
    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromSeconds(1);
    private static readonly Dictionary<string, string> NoHeaders = [];

    private readonly Stream _wire;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SpdyHeaderReader _headers = new();
    private readonly SpdyHeaderWriter _replies = new();
    private readonly ConcurrentDictionary<uint, SpdyStream> _streams = new();
    private readonly Channel<SpdyStream> _opened = Channel.CreateUnbounded<SpdyStream>();
    private readonly byte[] _skipped = new byte[8 * 1024];
    private uint _lastStreamId;
    private uint _unreported;

    /// <summary>A connection over bytes that it does not own. Nothing is read before <see cref="RunAsync"/>.</summary>
    public SpdyConnection(Stream wire) => _wire = wire;

    /// <summary>Streams that are not over.</summary>
    public int OpenStreams => _streams.Count;

    /// <summary>Streams as the client opens them; ends with the connection.</summary>
    public IAsyncEnumerable<SpdyStream> OpenedAsync(CancellationToken cancellation) =>
        _opened.Reader.ReadAllAsync(cancellation);

    /// <summary>Reads frames until the client is gone or breaks the rules; never throws for either.</summary>
    /// <returns>What the client did wrong, or null.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellation)
    {
        string? wrong = null;
        try
        {
            var head = new byte[SpdyFrameHeader.Size];
            while (await FillAsync(head, cancellation))
            {
                await TakeAsync(SpdyFrameHeader.Read(head), cancellation);
            }
        }
        catch (SpdyProtocolException broken)
        {
            wrong = broken.Message;
            await TrySendAsync(SpdyFrames.GoAway(_lastStreamId, SpdyFrames.ProtocolError));
        }
        catch (Exception gone) when (IsGone(gone))
        {
            wrong = null; // The usual end: clients leave without a word.
        }
        finally
        {
            foreach (var stream in _streams.Values) stream.Broken();
            _opened.Writer.TryComplete();
        }
        return wrong;
    }

    /// <summary>Says that this is the end; the client closes then.</summary>
    public ValueTask GoAwayAsync() => TrySendAsync(SpdyFrames.GoAway(_lastStreamId));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _headers.Dispose();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Forget(SpdyStream stream) => _streams.TryRemove(stream.Id, out _);

    /// <exception cref="IOException">The client is gone.</exception>
    internal async ValueTask SendAsync(byte[] frame, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await _wire.WriteAsync(frame, cancellation);
            await _wire.FlushAsync(cancellation);
        }
        catch (Exception gone) when (gone is not IOException && IsGone(gone))
        {
            cancellation.ThrowIfCancellationRequested();
            throw new IOException("the client is gone", gone);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends, if the client is there and takes it soon.</summary>
    internal async ValueTask TrySendAsync(byte[] frame)
    {
        using var clock = new CancellationTokenSource(LastWordsTimeout);
        try
        {
            await SendAsync(frame, clock.Token);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // Who has left needs no farewell.
            return;
        }
    }

    /// <summary>Whether it is what streams say when the other side has left.</summary>
    internal static bool IsGone(Exception failure) => failure is IOException or OperationCanceledException
        or ObjectDisposedException or System.Net.WebSockets.WebSocketException;

    private async ValueTask TakeAsync(SpdyFrameHeader frame, CancellationToken cancellation)
    {
        if (frame.Type == SpdyFrameType.Payload)
        {
            await TakePayloadAsync(frame, cancellation);
            return;
        }
        if (frame.Length > ControlBytesMax)
            throw new SpdyProtocolException($"a control frame of {frame.Length} bytes, at most {ControlBytesMax}");
        var payload = new byte[frame.Length];
        if (!await FillAsync(payload, cancellation)) throw new EndOfStreamException();
        switch (frame.Type)
        {
            case SpdyFrameType.SynStream:
                await OpenAsync(frame, payload, cancellation);
                break;
            case SpdyFrameType.Headers or SpdyFrameType.SynReply:
                // Nobody needs them, but the headers to come build on them.
                _headers.Read(payload.AsSpan(4));
                if (frame.IsLast) Find(SpdyFrames.Number(payload))?.EndThere();
                break;
            case SpdyFrameType.RstStream:
                Find(SpdyFrames.Number(payload))?.Broken();
                break;
            // Ours would be even, and we ask nothing.
            case SpdyFrameType.Ping when (SpdyFrames.Number(payload) & 1) == 1:
                await SendAsync(SpdyFrames.Ping(SpdyFrames.Number(payload)), cancellation);
                break;
            default:
                break; // Settings, windows, farewells and what may be invented yet: nothing to do.
        }
    }

    private async ValueTask OpenAsync(SpdyFrameHeader frame, byte[] payload, CancellationToken cancellation)
    {
        const int Before = 10; // Its number, the other stream's, priority and slot.
        var id = SpdyFrames.Number(payload);
        if (payload.Length < Before) throw new SpdyProtocolException("a stream that is opened with too few bytes");
        var headers = _headers.Read(payload.AsSpan(Before));
        if ((id & 1) == 0 || id <= _lastStreamId)
        {
            await SendAsync(SpdyFrames.RstStream(id, SpdyFrames.ProtocolError), cancellation);
            return;
        }
        _lastStreamId = id;
        if (_streams.Count >= StreamsMax)
        {
            await SendAsync(SpdyFrames.RstStream(id, SpdyFrames.RefusedStream), cancellation);
            return;
        }
        var stream = new SpdyStream(this, id, headers);
        _streams[id] = stream;
        if (frame.IsLast) stream.EndThere();
        await SendAsync(SpdyFrames.SynReply(id, _replies.Write(NoHeaders)), cancellation);
        _opened.Writer.TryWrite(stream);
    }

    private async ValueTask TakePayloadAsync(SpdyFrameHeader frame, CancellationToken cancellation)
    {
        var stream = Find(frame.StreamId) is { HasEndedThere: false } open ? open : null;
        for (var left = frame.Length; left > 0;)
        {
            // What comes for a stream that was broken off is read past.
            var space = stream?.Space(left) ?? _skipped;
            var count = await _wire.ReadAsync(space[..Math.Min(left, space.Length)], cancellation);
            if (count == 0) throw new EndOfStreamException();
            if (stream is not null) await stream.TakeAsync(count, cancellation);
            left -= count;
        }
        if (frame.IsLast) stream?.EndThere();
        _unreported += (uint)frame.Length;
        if (_unreported < WindowReportBytes) return;
        await SendAsync(SpdyFrames.WindowUpdate(0, _unreported), cancellation);
        _unreported = 0;
    }

    private SpdyStream? Find(uint id) => _streams.GetValueOrDefault(id);

    private async ValueTask<bool> FillAsync(byte[] bytes, CancellationToken cancellation)
    {
        for (var filled = 0; filled < bytes.Length;)
        {
            var count = await _wire.ReadAsync(bytes.AsMemory(filled), cancellation);
            if (count == 0) return filled == 0 ? false : throw new EndOfStreamException();
            filled += count;
        }
        return true;
    }
}
