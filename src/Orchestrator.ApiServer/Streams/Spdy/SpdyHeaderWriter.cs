using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>
/// Writes header blocks of one direction of one connection: a single zlib stream over all of them. Ours are so short
/// that they are stored and not compressed, which every reader of zlib understands.
/// </summary>
internal sealed class SpdyHeaderWriter
{
    private const int StoredMax = ushort.MaxValue;

    // Method "deflate", smallest window, no dictionary; with the check digit 0x78 0x01.
    private static readonly byte[] StreamStart = [0x78, 0x01];
    // Nothing, stored: Go's reader hands out what came before only when it sees this.
    private static readonly byte[] BlockEnd = [0, 0, 0, 0xff, 0xff];
    private bool _hasStarted;

    /// <summary>The next block.</summary>
    public byte[] Write(IReadOnlyDictionary<string, string> headers)
    {
        using var block = new MemoryStream();
        Put(block, headers.Count);
        foreach (var (name, value) in headers)
        {
            Put(block, name.ToLowerInvariant());
            Put(block, value);
        }
        var text = block.ToArray();
        using var output = new MemoryStream();
        if (!_hasStarted) output.Write(StreamStart);
        _hasStarted = true;
        // Stored, and not the last one.
        Span<byte> head = stackalloc byte[5];
        foreach (var part in text.Chunk(StoredMax))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)part.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~part.Length);
            output.Write(head);
            output.Write(part);
        }
        output.Write(BlockEnd);
        return output.ToArray();
    }

    private static void Put(MemoryStream block, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Put(block, bytes.Length);
        block.Write(bytes);
    }

    private static void Put(MemoryStream block, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        block.Write(bytes);
    }
}
