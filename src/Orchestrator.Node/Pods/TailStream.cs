using System.Text;

namespace Orchestrator.Nodes.Pods;

/// <summary>A stream to write to that keeps only the last bytes.</summary>
internal sealed class TailStream(int bytesMax) : Stream
{
    private byte[] _kept = [];

    public string Text => Encoding.UTF8.GetString(_kept);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _kept.Length;

    public override long Position
    {
        get => _kept.Length;
        set => throw new NotSupportedException("the tail of a log has no positions");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] all = [.. _kept, .. buffer];
        _kept = all.Length <= bytesMax ? all : all[^bytesMax..];
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
        // Nothing is held back.
    }

    // The inherited one flushes on the thread pool.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("written only");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("written only");

    public override void SetLength(long value) => throw new NotSupportedException("written only");
}
