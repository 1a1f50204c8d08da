using System.Buffers.Binary;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>What a control frame is.</summary>
internal enum SpdyFrameType
{
    /// <summary>Not a control frame: bytes of a stream.</summary>
    Payload = 0,

    /// <summary>Opens a stream.</summary>
    SynStream = 1,

    /// <summary>Agrees to a stream.</summary>
    SynReply = 2,

    /// <summary>Breaks a stream off.</summary>
    RstStream = 3,

    /// <summary>Settings of the connection.</summary>
    Settings = 4,

    /// <summary>Asks for an answer of the same number.</summary>
    Ping = 6,

    /// <summary>No new streams.</summary>
    GoAway = 7,

    /// <summary>More headers of a stream.</summary>
    Headers = 8,

    /// <summary>So many bytes more may be sent.</summary>
    WindowUpdate = 9,
}

/// <summary>
/// The eight bytes before each frame: a control frame has its first bit set, then version and type; any other names its
/// stream. Then flags, and the length in three bytes.
/// </summary>
internal readonly record struct SpdyFrameHeader(SpdyFrameType Type, uint StreamId, byte Flags, int Length)
{
    /// <summary>Bytes of a header.</summary>
    public const int Size = 8;

    /// <summary>The sender sends no more on this stream.</summary>
    public const byte Fin = 1;

    /// <summary>The most a length can say.</summary>
    public const int LengthMax = 0xff_ffff;

    private const ushort Version = 3;
    private const uint ControlBit = 0x8000_0000;
    private const uint TypeMax = 9;

    /// <summary>Whether the sender is done with the stream.</summary>
    public bool IsLast => (Flags & Fin) != 0;

    /// <summary>Reads eight bytes. A type nobody knows is kept as it is: such frames are to be skipped.</summary>
    /// <exception cref="SpdyProtocolException">It is another version.</exception>
    public static SpdyFrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var rest = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var (flags, length) = ((byte)(rest >> 24), (int)(rest & LengthMax));
        if ((first & ControlBit) == 0) return new(SpdyFrameType.Payload, first, flags, length);
        var version = (first & ~ControlBit) >> 16;
        if (version != Version) throw new SpdyProtocolException($"version {version} of SPDY, want {Version}");
        var type = first & 0xffff;
        // Zero is no type on the wire; it must not pass for a payload.
        return new((SpdyFrameType)(type == 0 ? TypeMax + 1 : type), 0, flags, length);
    }

    /// <summary>Writes eight bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length, LengthMax);
        var first = Type == SpdyFrameType.Payload ? StreamId : ControlBit | (uint)Version << 16 | (uint)Type;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, first);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)Flags << 24 | (uint)Length);
    }
}
