using System.Text;

namespace Orchestrator.Nodes.Hooks;

/// <summary>A connection to a pod as a stream, which remembers how the answer began.</summary>
internal sealed class HookStream(IPodConnection connection) : Stream
{
    private const int FirstBytesMax = 8;

    private readonly MemoryStream _first = new();

    /// <summary>The first few bytes that were read, as text.</summary>
    public string FirstText => Encoding.ASCII.GetString(_first.GetBuffer(), 0, (int)_first.Length);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("a connection has no length");

    public override long Position
    {
        get => throw new NotSupportedException("a connection has no position");
        set => throw new NotSupportedException("a connection has no position");
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await connection.ReadAsync(buffer, cancellationToken);
        var kept = Math.Min(count, FirstBytesMax - (int)_first.Length);
        if (kept > 0) _first.Write(buffer.Span[..kept]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("a connection is read asynchronously");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("a connection is written asynchronously");

    public override long Seek(long offset, SeekOrigin origin) =>
        throw new NotSupportedException("a connection has no position");

    public override void SetLength(long value) => throw new NotSupportedException("a connection has no length");

    public override async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _first.Dispose();
        base.Dispose(disposing);
    }
}
