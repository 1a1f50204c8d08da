using System.Buffers.Binary;

namespace Orchestrator.ApiServer.Streams.Spdy;

/// <summary>Writes whole frames, and reads the numbers of control frames. Pure.</summary>
internal static class SpdyFrames
{
    /// <summary>Why a stream is broken off.</summary>
    public const uint ProtocolError = 1, InvalidStream = 2, RefusedStream = 3, Cancel = 5;

    /// <summary>Bytes of a payload or of any header before it are numbered with 31 bits.</summary>
    private const uint NumberMask = 0x7fff_ffff;

    /// <summary>A frame with bytes of a stream.</summary>
    public static byte[] Payload(uint streamId, ReadOnlySpan<byte> bytes, bool isLast = false)
    {
        var frame = new byte[SpdyFrameHeader.Size + bytes.Length];
        new SpdyFrameHeader(SpdyFrameType.Payload, streamId, isLast ? SpdyFrameHeader.Fin : (byte)0, bytes.Length)
            .Write(frame);
        bytes.CopyTo(frame.AsSpan(SpdyFrameHeader.Size));
        return frame;
    }

    /// <summary>Agrees to a stream.</summary>
    public static byte[] SynReply(uint streamId, ReadOnlySpan<byte> headerBlock)
    {
        var frame = Control(SpdyFrameType.SynReply, 4 + headerBlock.Length);
        Put(frame, 0, streamId);
        headerBlock.CopyTo(frame.AsSpan(SpdyFrameHeader.Size + 4));
        return frame;
    }

    /// <summary>Opens a stream.</summary>
    public static byte[] SynStream(uint streamId, ReadOnlySpan<byte> headerBlock, bool isLast = false)
    {
        var frame = Control(SpdyFrameType.SynStream, 10 + headerBlock.Length, isLast ? SpdyFrameHeader.Fin : (byte)0);
        Put(frame, 0, streamId);
        headerBlock.CopyTo(frame.AsSpan(SpdyFrameHeader.Size + 10));
        return frame;
    }

    /// <summary>Breaks a stream off.</summary>
    public static byte[] RstStream(uint streamId, uint why) => Numbers(SpdyFrameType.RstStream, streamId, why);

    /// <summary>A question for life, or its answer.</summary>
    public static byte[] Ping(uint number) => Numbers(SpdyFrameType.Ping, number);

    /// <summary>No new streams after the last one named.</summary>
    public static byte[] GoAway(uint lastStreamId, uint why = 0) => Numbers(SpdyFrameType.GoAway, lastStreamId, why);

    /// <summary>So many bytes more may be sent; stream 0 is the whole connection.</summary>
    public static byte[] WindowUpdate(uint streamId, uint bytes) =>
        Numbers(SpdyFrameType.WindowUpdate, streamId, bytes);

    /// <summary>The number at a place of a control frame's payload, without its first bit.</summary>
    /// <exception cref="SpdyProtocolException">The frame is too short.</exception>
    public static uint Number(ReadOnlySpan<byte> payload, int at = 0) => payload.Length >= at + 4
        ? BinaryPrimitives.ReadUInt32BigEndian(payload[at..]) & NumberMask
        : throw new SpdyProtocolException($"a control frame of {payload.Length} bytes is too short");

    private static byte[] Numbers(SpdyFrameType type, params ReadOnlySpan<uint> numbers)
    {
        var frame = Control(type, 4 * numbers.Length);
        for (var at = 0; at < numbers.Length; at++) Put(frame, 4 * at, numbers[at]);
        return frame;
    }

    private static byte[] Control(SpdyFrameType type, int length, byte flags = 0)
    {
        var frame = new byte[SpdyFrameHeader.Size + length];
        new SpdyFrameHeader(type, 0, flags, length).Write(frame);
        return frame;
    }

    private static void Put(byte[] frame, int at, uint number) =>
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(SpdyFrameHeader.Size + at), number);
}
