using System.Text;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// A connection to a pod for whoever wants a stream; it remembers how the answer began. Owns the connection.
/// </summary>
internal sealed class PodStream(IPodConnection connection) : Stream
{
    private const int FirstBytesMax = 8;

    private readonly byte[] _first = new byte[FirstBytesMax];
    private int _firstCount;
    private bool _isDisposed;

    /// <summary>The first few bytes that were read, as text.</summary>
    public string FirstText => Encoding.ASCII.GetString(_first, 0, _firstCount);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await connection.ReadAsync(buffer, cancellationToken);
        var kept = Math.Min(count, FirstBytesMax - _firstCount);
        buffer.Span[..kept].CopyTo(_first.AsSpan(_firstCount));
        _firstCount += kept;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        connection.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
        // Every write is on its way when it returns.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        var isFirst = !_isDisposed;
        _isDisposed = true;
        if (isFirst) await connection.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed) _ = connection.DisposeAsync().AsTask();
        _isDisposed = true;
        base.Dispose(disposing);
    }
}
