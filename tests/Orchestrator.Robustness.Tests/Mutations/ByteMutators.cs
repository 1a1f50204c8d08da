using System.IO.Compression;
using System.Text;
using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Mutations;

/// <summary>Bodies of any form whose bytes are damaged.</summary>
internal static class ByteMutators
{
    private static readonly string[] Texts =
        ["", " ", "\n", "null", "[]", "{}", "\"x\"", "0", "{", "}", "---\n---\n", "\u0000", "<xml/>", "a=b&c=d",
            "k8s\0"];

    public static Mutator[] All { get; } =
    [
        new("cut off", Fits, (message, dice) =>
            message with { Body = message.Body![..dice.Below(message.Body!.Length)] }),
        new("bytes flipped", Fits, Flip),
        new("bytes put in", Fits, (message, dice) => Insert(message, dice, dice.Bytes(1 + dice.Below(16)))),
        new("bytes left out", Fits, LeaveOut),
        new("a part twice", Fits, (message, dice) => Insert(message, dice, Part(message, dice))),
        new("a mark before it", Fits, (message, _) => message with { Body = [0xef, 0xbb, 0xbf, .. message.Body!] }),
        new("more after it", Fits,
            (message, dice) => message with { Body = [.. message.Body!, .. Encoding.UTF8.GetBytes(dice.Of(Texts))] }),
        new("itself after it", Fits, (message, _) => message with { Body = [.. message.Body!, .. message.Body!] }),
        new("in sixteen bits", Fits, (message, _) =>
            message with { Body = Encoding.Unicode.GetBytes(Encoding.Latin1.GetString(message.Body!)) }),
        new("something else", Fits, (message, dice) => message with { Body = Encoding.UTF8.GetBytes(dice.Of(Texts)) }),
        new("nothing but bytes", Fits, (message, dice) => message with { Body = dice.Bytes(dice.Below(500)) }),
        new("no body", Fits, (message, _) => message with { Body = null }),
        new("compressed", Fits, (message, _) => message.Header("Content-Encoding", "gzip") with
        {
            Body = Compressed(message.Body!),
        }),
        new("said to be compressed", Fits, (message, dice) =>
            message.Header("Content-Encoding", dice.Of(["gzip", "deflate", "br", "identity", "x", ""]))),
    ];

    private static bool Fits(Message message) => message.Body is { Length: > 0 } && message.SaidLength is null;

    private static Message Flip(Message message, Dice dice)
    {
        byte[] body = [.. message.Body!];
        for (var left = 1 + dice.Below(4); left > 0; left--)
            body[dice.Below(body.Length)] ^= (byte)(1 << dice.Below(8));
        return message with { Body = body };
    }

    private static Message Insert(Message message, Dice dice, byte[] more)
    {
        var at = dice.Below(message.Body!.Length);
        return message with { Body = [.. message.Body![..at], .. more, .. message.Body![at..]] };
    }

    private static Message LeaveOut(Message message, Dice dice)
    {
        var at = dice.Below(message.Body!.Length);
        var count = Math.Min(1 + dice.Below(40), message.Body!.Length - at);
        return message with { Body = [.. message.Body![..at], .. message.Body![(at + count)..]] };
    }

    private static byte[] Part(Message message, Dice dice)
    {
        var at = dice.Below(message.Body!.Length);
        return message.Body![at..Math.Min(message.Body!.Length, at + 1 + dice.Below(60))];
    }

    private static byte[] Compressed(byte[] body)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(body);
        return bytes.ToArray();
    }
}
