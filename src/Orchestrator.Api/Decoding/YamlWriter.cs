using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Api.Decoding;

/// <summary>
/// Writes the events of one YAML document as JSON, with aliases and merge keys (<c>&lt;&lt;</c>) resolved.
/// </summary>
internal sealed class YamlWriter(List<ParsingEvent> events)
{
    // What aliases may add in all: a body of a few lines must not grow to gigabytes.
    private const int AliasWeightMax = 3 * 1024 * 1024;

    private readonly Dictionary<AnchorName, Range> _anchors = [];
    private int _aliasWeight;
    private int _depth;

    public byte[] Write()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = Meta.ApiJson.Options.Encoder }))
        {
            if (events.Count == 0) writer.WriteNullValue();
            else Node(writer, 0);
        }
        return buffer.ToArray();
    }

    /// <returns>The place after the node.</returns>
    private int Node(Utf8JsonWriter writer, int at)
    {
        var current = events[at];
        if (++_depth > JsonTrees.DepthMax) throw Error(current, $"nested deeper than {JsonTrees.DepthMax} levels");
        int end;
        switch (current)
        {
            case MappingStart:
                writer.WriteStartObject();
                end = Members(writer, at, []);
                writer.WriteEndObject();
                break;
            case SequenceStart:
                writer.WriteStartArray();
                end = at + 1;
                while (events[end] is not SequenceEnd) end = Node(writer, end);
                end++;
                writer.WriteEndArray();
                break;
            case AnchorAlias alias:
                Node(writer, Resolve(alias));
                end = at + 1;
                break;
            case Scalar scalar:
                YamlScalars.Write(writer, scalar);
                end = at + 1;
                break;
            default:
                throw Error(current, $"unexpected {current.GetType().Name}");
        }
        // Known only when whole, so a node that contains itself is an unknown alias.
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor] = at..end;
        _depth--;
        return end;
    }

    private int Members(Utf8JsonWriter writer, int at, HashSet<string> taken)
    {
        var own = OwnKeys(at);
        taken.UnionWith(own);
        var end = at + 1;
        while (events[end] is not MappingEnd)
        {
            var key = Key(events[end]);
            if (key == "<<" && ((Scalar)events[end]).Style == ScalarStyle.Plain)
            {
                end = Merge(writer, end + 1, taken);
                continue;
            }
            writer.WritePropertyName(key);
            end = Node(writer, end + 1);
        }
        return end + 1;
    }

    private int Merge(Utf8JsonWriter writer, int at, HashSet<string> taken)
    {
        switch (events[at])
        {
            case AnchorAlias alias:
                MergeMap(writer, Resolve(alias), taken);
                return at + 1;
            case MappingStart:
                MergeMap(writer, at, taken);
                return EndOf(at);
            case SequenceStart:
                var end = at + 1;
                while (events[end] is not SequenceEnd) end = Merge(writer, end, taken);
                return end + 1;
            default:
                throw Error(events[at], "map merge requires map or sequence of maps as the value");
        }
    }

    // Keys of the map itself win over merged ones, and earlier merges over later ones.
    private void MergeMap(Utf8JsonWriter writer, int at, HashSet<string> taken)
    {
        if (events[at] is not MappingStart) throw Error(events[at], "map merge requires a map");
        if (++_depth > JsonTrees.DepthMax) throw Error(events[at], $"nested deeper than {JsonTrees.DepthMax} levels");
        var place = at + 1;
        while (events[place] is not MappingEnd)
        {
            var key = Key(events[place]);
            if (key == "<<") place = Merge(writer, place + 1, taken);
            else if (!taken.Add(key)) place = EndOf(place + 1);
            else
            {
                writer.WritePropertyName(key);
                place = Node(writer, place + 1);
            }
        }
        _depth--;
    }

    private HashSet<string> OwnKeys(int at)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var place = at + 1; events[place] is not MappingEnd; place = EndOf(place + 1))
            keys.Add(Key(events[place]));
        return keys;
    }

    private int EndOf(int at)
    {
        var depth = 0;
        do depth += events[at++].NestingIncrease;
        while (depth > 0);
        return at;
    }

    private int Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var range))
        {
            throw Error(alias, $"unknown anchor '{alias.Value}' referenced");
        }
        for (var place = range.Start.Value; place < range.End.Value; place++)
        {
            _aliasWeight += 8 + (events[place] is Scalar scalar ? scalar.Value.Length : 0);
            if (_aliasWeight > AliasWeightMax) throw Error(alias, "document contains excessive aliasing");
        }
        return range.Start.Value;
    }

    private static string Key(ParsingEvent key) =>
        key is Scalar scalar ? scalar.Value : throw Error(key, "a key must be a plain value, not a map or a list");

    private static YamlException Error(ParsingEvent where, string why) => new(where.Start, where.End, why);
}
