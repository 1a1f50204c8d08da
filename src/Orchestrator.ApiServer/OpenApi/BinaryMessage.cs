using System.Buffers;
using System.Text;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>
/// One message in the binary form of Protocol Buffers, while it is written. Empty texts are left out.
/// </summary>
internal sealed class BinaryMessage
{
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>What is written so far.</summary>
    public ReadOnlySpan<byte> Bytes => _output.WrittenSpan;

    /// <summary>A text.</summary>
    public void Text(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Content(field, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>True; false is what is left out.</summary>
    public void Flag(int field, bool value)
    {
        if (!value) return;
        Number((uint)field << 3);
        Number(1);
    }

    /// <summary>A message within.</summary>
    public void Message(int field, BinaryMessage message) => Content(field, message.Bytes);

    private void Content(int field, ReadOnlySpan<byte> bytes)
    {
        Number(((uint)field << 3) | LengthDelimited);
        Number((uint)bytes.Length);
        _output.Write(bytes);
    }

    private void Number(uint value)
    {
        var bytes = _output.GetSpan(5);
        var count = 0;
        for (; value >= 0x80; value >>= 7) bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        _output.Advance(count);
    }
}
