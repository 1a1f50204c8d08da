using System.IO.Pipelines;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>
/// One stream of a connection: bytes in both directions, each of which ends on its own. What has come and is not read
/// yet is bounded; the connection waits with the rest.
/// </summary>
internal sealed class SpdyStream : IAsyncDisposable
{
    private const int PieceBytes = 32 * 1024;

    // A client that counts may send so much unasked; for it the connection never waits.
    private const int WindowBytes = 64 * 1024;

    private readonly SpdyConnection _connection;
    private readonly Pipe _received = new(new PipeOptions(
        pauseWriterThreshold: WindowBytes + 1, resumeWriterThreshold: WindowBytes / 2,
        useSynchronizationContext: false));

    private const int EndedHere = 1, EndedThere = 2, BrokenOff = 4;

    // The reader of the connection and the one who uses the stream both end it.
    private int _ends;
    private int _unreported;

    internal SpdyStream(SpdyConnection connection, uint id, IReadOnlyDictionary<string, string> headers)
    {
        _connection = connection;
        Id = id;
        Headers = headers;
    }

    /// <summary>Its number, which is odd: clients open streams, we open none.</summary>
    public uint Id { get; }

    /// <summary>What it was opened with; names in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The client sends no more.</summary>
    public bool HasEndedThere => Has(EndedThere);

    /// <summary>Reads what there is; 0 when the client has ended its direction, or is gone.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var read = await _received.Reader.ReadAsync(cancellation);
        var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
        var count = (int)part.Length;
        System.Buffers.BuffersExtensions.CopyTo(part, buffer.Span);
        _received.Reader.AdvanceTo(part.End);
        _unreported += count;
        if (_unreported >= WindowBytes / 2 && !HasEndedThere)
        {
            await _connection.SendAsync(SpdyFrames.WindowUpdate(Id, (uint)_unreported), cancellation);
            _unreported = 0;
        }
        return count;
    }

    /// <summary>Writes.</summary>
    /// <exception cref="IOException">The client is gone, or has broken the stream off.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, PieceBytes)..])
        {
            if (Has(BrokenOff)) throw new IOException("the client has broken the stream off");
            var piece = bytes[..Math.Min(bytes.Length, PieceBytes)];
            await _connection.SendAsync(SpdyFrames.Payload(Id, piece.Span), cancellation);
        }
    }

    /// <summary>Ends our direction; once is enough.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        if (Has(EndedHere | BrokenOff)) return;
        await _connection.SendAsync(SpdyFrames.Payload(Id, [], isLast: true), cancellation);
        End(EndedHere);
    }

    /// <summary>Breaks the stream off, unless both sides have ended it.</summary>
    public async ValueTask BreakAsync(uint why = SpdyFrames.Cancel)
    {
        await _received.Reader.CompleteAsync();
        if (Has(BrokenOff) || (Has(EndedHere) && Has(EndedThere))) return;
        End(BrokenOff);
        await _connection.TrySendAsync(SpdyFrames.RstStream(Id, why));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => BreakAsync();

    // The four below are called by the connection's one reader.
    internal Memory<byte> Space(int wanted) => _received.Writer.GetMemory(Math.Min(wanted, PieceBytes));

    internal async ValueTask TakeAsync(int count, CancellationToken cancellation)
    {
        _received.Writer.Advance(count);
        await _received.Writer.FlushAsync(cancellation);
    }

    internal void EndThere()
    {
        _received.Writer.Complete();
        End(EndedThere);
    }

    internal void Broken()
    {
        _received.Writer.Complete();
        End(EndedThere | BrokenOff);
    }

    private bool Has(int any) => (Volatile.Read(ref _ends) & any) != 0;

    private void End(int how)
    {
        var ends = Interlocked.Or(ref _ends, how) | how;
        if ((ends & BrokenOff) != 0 || ends == (EndedHere | EndedThere)) _connection.Forget(this);
    }
}
