using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>
/// Reads header blocks of one direction of one connection: a single zlib stream over all of them, so none may be left
/// out. .NET's inflater takes no dictionary, but one that has just read it as a stored block knows it as well.
/// </summary>
internal sealed class SpdyHeaderReader : IDisposable
{
    private const int BlockBytesMax = 64 * 1024;
    private const int HeadersMax = 256;
    private const int ZlibHeadBytes = 2;
    private const int ChecksumBytes = 4;
    private const byte DictionaryFlag = 0x20;

    private readonly FedStream _compressed = new();
    private readonly DeflateStream _inflater;
    private bool _hasStarted;

    public SpdyHeaderReader() => _inflater = new DeflateStream(_compressed, CompressionMode.Decompress);

    /// <summary>Reads the next block: names in lower case, and the first value of each.</summary>
    /// <exception cref="SpdyProtocolException">It is none, or larger than any honest one.</exception>
    public IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        var text = new BlockText(Inflate(block));
        var count = text.Number();
        if (count > HeadersMax) throw new SpdyProtocolException($"{count} headers, at most {HeadersMax}");
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (; count > 0; count--)
        {
            var name = text.Word().ToLowerInvariant();
            headers[name] = text.Word().Split('\0')[0];
        }
        return headers;
    }

    public void Dispose()
    {
        _inflater.Dispose();
        _compressed.Dispose();
    }

    private byte[] Inflate(ReadOnlySpan<byte> block)
    {
        try
        {
            _compressed.Feed(_hasStarted ? block : Start(block));
            var text = new byte[BlockBytesMax];
            var filled = 0;
            while (_inflater.Read(text, filled, text.Length - filled) is > 0 and var read) filled += read;
            return filled < text.Length
                ? text[..filled]
                : throw new SpdyProtocolException($"headers of more than {BlockBytesMax} bytes");
        }
        catch (InvalidDataException broken)
        {
            throw new SpdyProtocolException("headers that are not compressed by zlib", broken);
        }
    }

    // The head of zlib is not for the inflater: whether it names the dictionary decides what the inflater knows first.
    private ReadOnlySpan<byte> Start(ReadOnlySpan<byte> block)
    {
        var hasDictionary = block.Length > 1 && (block[1] & DictionaryFlag) != 0;
        var head = ZlibHeadBytes + (hasDictionary ? ChecksumBytes : 0);
        if (block.Length < head) throw new SpdyProtocolException("headers that end before they begin");
        _hasStarted = true;
        if (!hasDictionary) return block[head..];
        var named = BinaryPrimitives.ReadUInt32BigEndian(block[ZlibHeadBytes..]);
        if (named != SpdyDictionary.Checksum)
            throw new SpdyProtocolException($"headers compressed with the unknown dictionary {named:x8}");
        LearnDictionary();
        return block[head..];
    }

    private void LearnDictionary()
    {
        var known = SpdyDictionary.Bytes;
        Span<byte> head = stackalloc byte[5];
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)known.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~known.Length);
        _compressed.Feed([.. head, .. known]);
        _inflater.ReadExactly(new byte[known.Length]);
    }

    /// <summary>Numbers and words one after another.</summary>
    private ref struct BlockText(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _left = bytes;

        public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

        public string Word() => Encoding.UTF8.GetString(Take(Number()));

        private ReadOnlySpan<byte> Take(uint count)
        {
            if (count > _left.Length) throw new SpdyProtocolException("headers that end in the middle");
            var taken = _left[..(int)count];
            _left = _left[(int)count..];
            return taken;
        }
    }

    /// <summary>Gives what it was fed, and says "the end" until it is fed again.</summary>
    private sealed class FedStream : Stream
    {
        private byte[] _bytes = [];
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Feed(ReadOnlySpan<byte> bytes)
        {
            _bytes = [.. _bytes.AsSpan(_at), .. bytes];
            _at = 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _bytes.Length - _at);
            _bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
