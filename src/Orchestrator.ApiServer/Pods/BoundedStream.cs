namespace Orchestrator.ApiServer.Pods;

/// <summary>Passes on so many bytes; the write that goes beyond ends the copy.</summary>
internal sealed class BoundedStream(Stream inner, long bytesMax) : Stream
{
    private long _left = bytesMax;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = buffer[..(int)Math.Min(buffer.Length, _left)];
        await inner.WriteAsync(part, cancellationToken);
        _left -= part.Length;
        if (_left > 0) return;
        await inner.FlushAsync(cancellationToken);
        throw new FullException();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException("the response is written asynchronously");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("the response is written asynchronously");

    /// <summary>The limit is reached.</summary>
    public sealed class FullException : Exception;
}
