using System.Buffers.Binary;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// The streams of one process behind an engine. Without a terminal its outputs come in frames: one byte of stream
/// number, three of nothing, four of length (big-endian), then the bytes.
/// </summary>
internal sealed class DockerSession(
    DockerLine line, bool isRaw, Func<int, int, CancellationToken, Task> resize,
    Func<CancellationToken, Task<int?>> exitCode, Func<CancellationToken, Task> kill) : IContainerSession
{
    private const int HeaderBytes = 8;
    private const byte ErrorStream = 2;

    private readonly byte[] _header = new byte[HeaderBytes];
    private uint _left;
    private bool _isError;

    /// <inheritdoc/>
    public async ValueTask<OutputPiece> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            if (isRaw) return new OutputPiece(await line.ReadAsync(buffer, cancellation), false);
            while (_left == 0)
            {
                if (!await FillHeaderAsync(cancellation)) return default;
                _isError = _header[0] == ErrorStream;
                _left = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
            }
            var wanted = (int)Math.Min(_left, (uint)buffer.Length);
            var count = await line.ReadAsync(buffer[..wanted], cancellation);
            _left -= (uint)count;
            return new OutputPiece(count, _isError);
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new RuntimeUnavailableException(
                $"the Docker engine broke off while a command or an attached container wrote: {broken.Message}",
                broken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            await line.WriteAsync(input, cancellation);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException
            or InvalidOperationException)
        {
            throw new IOException("the process reads no more input", broken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask EndInputAsync(CancellationToken cancellation)
    {
        try
        {
            await line.EndWritingAsync();
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException
            or InvalidOperationException)
        {
            throw new IOException("the process reads no more input", broken);
        }
    }

    /// <inheritdoc/>
    public Task ResizeAsync(int columns, int rows, CancellationToken cancellation) =>
        resize(columns, rows, cancellation);

    /// <inheritdoc/>
    public Task<int?> ExitCodeAsync(CancellationToken cancellation) => exitCode(cancellation);

    /// <inheritdoc/>
    public Task KillAsync(CancellationToken cancellation) => kill(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        line.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<bool> FillHeaderAsync(CancellationToken cancellation)
    {
        for (var filled = 0; filled < HeaderBytes;)
        {
            var read = await line.ReadAsync(_header.AsMemory(filled), cancellation);
            if (read == 0) return false;
            filled += read;
        }
        return true;
    }
}
