using System.Text;
using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Bodies in the binary form: the envelope right and what is inside broken, or the other way round.</summary>
internal static class BinaryMutators
{
    private static readonly byte[] PodType = [.. Text(1, "v1"), .. Text(2, "Pod")];

    public static Mutator[] All { get; } =
    [
        new("broken inside", Fits, (message, dice) => Inside(message, dice.Bytes(dice.Below(200)))),
        new("cut off inside", Fits, (message, dice) => Body(message,
            message.Body![..dice.Below(message.Body!.Length)])),
        new("another wire type", Fits, (message, dice) => At(message, dice, b => (byte)((b & 0xf8) | dice.Below(8)))),
        new("another field", Fits, (message, dice) => At(message, dice, b => (byte)((b & 7) | dice.Below(32) << 3))),
        new("a huge length", Fits, (message, dice) => Replace(message, dice, [0xff, 0xff, 0xff, 0xff, 0x0f])),
        new("a number without end", Fits, (message, dice) =>
            Replace(message, dice, [.. Enumerable.Repeat((byte)0xff, 12)])),
        new("field zero", Fits, (message, _) => Inside(message, [0x00, 0x00])),
        new("a group", Fits, (message, _) => Inside(message, [0x0b, 0x0b, 0x0b, 0x0c])),
        new("a negative length", Fits, (message, _) =>
            Inside(message, [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])),
        new("nested messages", Fits, (message, dice) => Inside(message, Nested(1 << dice.Below(12)))),
        new("another type in the envelope", Fits, (message, dice) => Body(message, Binary.Envelope(
            dice.Of<byte[]>([PodType, [], Text(2, "Nothing"), Text(1, "apps/v9"), dice.Bytes(9)]), message.Body!))),
        new("content said to be encoded", Fits, (message, dice) =>
            Body(message, [.. message.Body!, .. Text(3, dice.Of(["gzip", "x"])), .. Text(4, "application/json")])),
        new("magic alone", Fits, (message, dice) => Body(message, [.. "k8s\0"u8, .. dice.Bytes(dice.Below(4))])),
        new("another magic", Fits, (message, _) => Body(message, [.. "k9s\0"u8, .. message.Body![4..]])),
        new("called JSON", Fits, (message, _) => message.Header("Content-Type", "application/json")),
        new("JSON called binary", JsonMutators.Fits, (message, _) => message.Header("Content-Type", Binary.MediaType)),
    ];

    private static bool Fits(Message message) =>
        message.Body is { Length: > 8 } body && body.AsSpan().StartsWith("k8s\0"u8);

    private static byte[] Text(int number, string text) => Binary.Part(number, Encoding.UTF8.GetBytes(text));

    private static Message Body(Message message, byte[] body) => message with { Body = body };

    private static Message Inside(Message message, byte[] raw) => Body(message,
        Binary.Envelope([.. Text(1, "v1"), .. Text(2, message.Kind.Length > 0 ? message.Kind : "Pod")], raw));

    private static Message At(Message message, Dice dice, Func<byte, byte> change)
    {
        byte[] body = [.. message.Body!];
        var at = 4 + dice.Below(body.Length - 4);
        body[at] = change(body[at]);
        return Body(message, body);
    }

    private static Message Replace(Message message, Dice dice, byte[] with)
    {
        var at = 4 + dice.Below(message.Body!.Length - 4);
        return Body(message, [.. message.Body![..at], .. with, .. message.Body![(at + 1)..]]);
    }

    private static byte[] Nested(int depth)
    {
        byte[] inner = [];
        for (var i = 0; i < depth && inner.Length < 64 * 1024; i++) inner = Binary.Part(1 + (i % 3), inner);
        return inner;
    }
}
