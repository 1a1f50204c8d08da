using System.Buffers;
using System.Buffers.Binary;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Copies a container's output out of the engine's frames: one byte of stream number, three of nothing, four of length
/// (big-endian), then the bytes. A container with a terminal has no frames.
/// </summary>
internal static class LogFrames
{
    private const int HeaderBytes = 8;
    private const int BufferBytes = 32 * 1024;

    /// <summary>Copies until the output ends; every piece is flushed at once.</summary>
    public static async Task CopyAsync(
        DockerStream from, Stream to, bool isRaw, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var header = new byte[HeaderBytes];
            while (isRaw || await FillAsync(from, header, idleTimeout, cancellation))
            {
                var left = isRaw ? long.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
                while (left > 0)
                {
                    var wanted = (int)Math.Min(left, buffer.Length);
                    var read = await from.ReadAsync(buffer.AsMemory(0, wanted), idleTimeout, cancellation);
                    if (read == 0)
                    {
                        return; // The log may end inside a frame when the engine rotates it.
                    }
                    await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
                    await to.FlushAsync(cancellation);
                    left -= read;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<bool> FillAsync(
        DockerStream from, byte[] header, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        var filled = 0;
        while (filled < header.Length)
        {
            var read = await from.ReadAsync(header.AsMemory(filled), idleTimeout, cancellation);
            if (read == 0)
            {
                return false;
            }
            filled += read;
        }
        return true;
    }
}
