namespace Orchestrator.ApiServer.Streams.WebSockets;

/// <summary>
/// One of the protocols that carry numbered channels in WebSocket messages: the first byte of a binary message is the
/// channel; in the base64 forms messages are text, the first character its digit and the rest base64.
/// </summary>
/// <param name="Name">The name the client offers; "" for a client that names none.</param>
/// <param name="HasStatus">The end is told as a status object, also when it is good.</param>
/// <param name="HasClose">Channels can be closed one by one.</param>
internal sealed record ChannelProtocol(
    string Name, bool IsText = false, bool HasStatus = true, bool HasClose = false)
{
    /// <summary>The channels of a command.</summary>
    public const byte Input = 0, Output = 1, ErrorOutput = 2, Status = 3, Resize = 4;

    /// <summary>Says that the channel named by the next byte is closed.</summary>
    public const byte Close = 255;

    /// <summary>What commands and attachments may speak, the best first.</summary>
    public static IReadOnlyList<ChannelProtocol> OfCommands { get; } =
    [
        new("v5.channel.k8s.io", HasClose: true), new("v4.channel.k8s.io"),
        new("v4.base64.channel.k8s.io", IsText: true), new("channel.k8s.io", HasStatus: false),
        new("base64.channel.k8s.io", IsText: true, HasStatus: false), new("", HasStatus: false),
    ];

    /// <summary>What port forwarding may speak without SPDY, the best first.</summary>
    public static IReadOnlyList<ChannelProtocol> OfPorts { get; } =
    [
        new("v4.channel.k8s.io"), new("v4.base64.channel.k8s.io", IsText: true), new(""),
    ];

    /// <summary>The first of the client's offers that is known here; null when there is none.</summary>
    public static ChannelProtocol? Choose(IReadOnlyList<ChannelProtocol> known, IReadOnlyList<string> offered) =>
        offered.Count == 0
            ? known.FirstOrDefault(protocol => protocol.Name.Length == 0)
            : offered.Select(name => known.FirstOrDefault(protocol => protocol.Name == name && name.Length > 0))
                .FirstOrDefault(protocol => protocol is not null);

    /// <summary>A whole message for a channel.</summary>
    public byte[] Encode(byte channel, ReadOnlySpan<byte> bytes)
    {
        if (!IsText) return [channel, .. bytes];
        return [(byte)('0' + channel), .. System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes))];
    }

    /// <summary>The channel and the bytes of a whole message; null when it is none.</summary>
    public (byte Channel, byte[] Bytes)? Decode(ReadOnlySpan<byte> message)
    {
        if (message.Length == 0) return null;
        if (!IsText) return (message[0], message[1..].ToArray());
        if (message[0] is < (byte)'0' or > (byte)'9') return null;
        var decoded = new byte[message.Length];
        return Convert.TryFromBase64String(
            System.Text.Encoding.ASCII.GetString(message[1..]), decoded, out var count)
            ? ((byte)(message[0] - '0'), decoded[..count])
            : null;
    }
}
