using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Robustness.Tests.Requests;

/// <summary>Writes objects as typed clients send them: the envelope, and in it the message of the kind.</summary>
internal static class Binary
{
    /// <summary>The Content-Type.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static readonly Dictionary<string, List<Field>> Messages = Read();

    /// <summary>The object in its envelope; null when its kind has no message.</summary>
    public static byte[]? Of(JsonObject obj)
    {
        var (apiVersion, kind) = ((string)obj["apiVersion"]!, (string)obj["kind"]!);
        var message = Messages.ContainsKey($"{apiVersion}.{kind}") ? $"{apiVersion}.{kind}" : kind;
        if (!Messages.ContainsKey(message)) return null;
        byte[] type = [.. Part(1, Encoding.UTF8.GetBytes(apiVersion)), .. Part(2, Encoding.UTF8.GetBytes(kind))];
        return Envelope(type, Message(message, obj));
    }

    /// <summary>The magic bytes, the type and what is inside.</summary>
    public static byte[] Envelope(byte[] type, byte[] raw) => [.. "k8s\0"u8, .. Part(1, type), .. Part(2, raw)];

    /// <summary>A field whose value has a length.</summary>
    public static byte[] Part(int number, byte[] bytes) =>
        [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    /// <summary>A number in seven-bit groups.</summary>
    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static byte[] Message(string name, JsonObject obj)
    {
        var bytes = new List<byte>();
        foreach (var field in Messages[name])
        {
            if (field.Type.EndsWith('^')) bytes.AddRange(Part(field.Number, Message(field.Type[..^1], obj)));
            else if (obj[field.Name] is { } value) bytes.AddRange(Written(field, value));
        }
        return [.. bytes];
    }

    private static IEnumerable<byte> Written(Field field, JsonNode value)
    {
        var type = field.Type.TrimEnd('*');
        if (type.StartsWith("map:", StringComparison.Ordinal))
        {
            return value.AsObject().SelectMany(entry => Part(field.Number,
                [.. Part(1, Encoding.UTF8.GetBytes(entry.Key)), .. Value(2, type[4..], entry.Value!)]));
        }
        return type.StartsWith("[]", StringComparison.Ordinal)
            ? value.AsArray().SelectMany(item => Value(field.Number, type[2..], item!))
            : Value(field.Number, type, value);
    }

    private static byte[] Value(int number, string type, JsonNode value) => type switch
    {
        "string" => Part(number, Encoding.UTF8.GetBytes((string)value!)),
        "bytes" => Part(number, Convert.FromBase64String((string)value!)),
        "int32" or "int64" => [.. Varint((ulong)number << 3), .. Varint((ulong)(long)value)],
        "bool" => [.. Varint((ulong)number << 3), (bool)value ? (byte)1 : (byte)0],
        "Quantity" => Part(number, Part(1, Encoding.UTF8.GetBytes((string)value!))),
        "Time" or "MicroTime" => Part(number, [0x08, .. Varint((ulong)DateTimeOffset.Parse(
            (string)value!, CultureInfo.InvariantCulture).ToUnixTimeSeconds())]),
        "RawExtension" or "FieldsV1" => Part(number, Part(1, Encoding.UTF8.GetBytes(value.ToJsonString()))),
        "IntOrString" when value.GetValueKind() == JsonValueKind.Number =>
            Part(number, [0x08, 0, 0x10, .. Varint((ulong)(long)value)]),
        "IntOrString" => Part(number, [0x08, 1, .. Part(3, Encoding.UTF8.GetBytes((string)value!))]),
        _ => Part(number, Message(type, value.AsObject())),
    };

    private static Dictionary<string, List<Field>> Read()
    {
        using var stream = typeof(Binary).Assembly.GetManifestResourceStream("fields")!;
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, List<Field>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            messages.Add(line[..colon],
                [.. line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(FieldOf)]);
        }
        return messages;
    }

    private static Field FieldOf(string text)
    {
        var (equals, colon) = (text.IndexOf('='), text.IndexOf(':'));
        return new(int.Parse(text[..equals], CultureInfo.InvariantCulture), text[(equals + 1)..colon],
            text[(colon + 1)..]);
    }

    private sealed record Field(int Number, string Name, string Type);
}
