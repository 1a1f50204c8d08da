using System.Collections.Frozen;
using System.Globalization;

namespace Orchestrator.ApiServer.Protobuf;

/// <summary>The messages of the binary form: which number is which field. Read from a table of wire facts.</summary>
internal static class MessageTable
{
    private static readonly FrozenDictionary<string, FrozenDictionary<int, MessageField>> Messages = Read();

    /// <summary>The fields of a message by number, or null when it is not known.</summary>
    public static FrozenDictionary<int, MessageField>? Find(string message) => Messages.GetValueOrDefault(message);

    private static FrozenDictionary<string, FrozenDictionary<int, MessageField>> Read()
    {
        using var stream = typeof(MessageTable).Assembly.GetManifestResourceStream("protobuf-fields.txt")!;
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, FrozenDictionary<int, MessageField>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ReadField);
            messages.Add(line[..colon], fields.ToFrozenDictionary(field => field.Number));
        }
        return messages.ToFrozenDictionary();
    }

    // 11=labels:map:string  3=command:[]string  1=replicas:int32*
    private static MessageField ReadField(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var number = int.Parse(text.AsSpan(0, equals), NumberStyles.None, CultureInfo.InvariantCulture);
        var type = text[(colon + 1)..];
        var isInline = type.EndsWith('^');
        var isPointer = type.EndsWith('*');
        type = type.TrimEnd('^', '*');
        var isMap = type.StartsWith("map:", StringComparison.Ordinal);
        var isList = type.StartsWith("[]", StringComparison.Ordinal);
        type = isMap ? type[4..] : isList ? type[2..] : type;
        return new(number, text[(equals + 1)..colon], type, isList, isMap, isPointer, isInline);
    }
}

/// <summary>One field of a message.</summary>
internal sealed record MessageField(
    int Number, string Name, string Type, bool IsList, bool IsMap, bool IsPointer, bool IsInline);
