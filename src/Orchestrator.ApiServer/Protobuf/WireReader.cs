namespace Orchestrator.ApiServer.Protobuf;

/// <summary>Walks the fields of one message in binary form.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read.</summary>
    public int Number { get; private set; }

    /// <summary>The value, when it is a number.</summary>
    public ulong Varint { get; private set; }

    /// <summary>The value, when it is a text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the value is <see cref="Bytes"/>.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>Whether the value is <see cref="Varint"/>.</summary>
    public bool IsVarint { get; private set; }

    /// <summary>Reads the next field; false at the end.</summary>
    /// <exception cref="FormatException">The message is cut off or damaged.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty) return false;
        var tag = ReadVarint(ref _rest);
        Number = (int)(tag >> 3);
        Varint = 0;
        Bytes = default;
        (IsBytes, IsVarint) = (false, false);
        switch (tag & 7)
        {
            case 0:
                Varint = ReadVarint(ref _rest);
                IsVarint = true;
                return true;
            case 1:
                Varint = BitConverter.ToUInt64(Take(8));
                return true;
            case 2:
                var length = ReadVarint(ref _rest);
                Bytes = Take(length);
                IsBytes = true;
                return true;
            case 5:
                Varint = BitConverter.ToUInt32(Take(4));
                return true;
            default:
                throw new FormatException($"wire type {tag & 7} of field {Number} is not known");
        }
    }

    /// <summary>Reads one number.</summary>
    public static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (bytes.IsEmpty) throw new FormatException("the message is cut off");
            var part = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
        throw new FormatException("a number has more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length) throw new FormatException("the message is cut off");
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
