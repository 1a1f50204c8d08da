using System.Text.Json;
using Orchestrator.Api.Meta;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Api.Decoding;

/// <summary>
/// YAML bodies as JSON. Plain scalars are typed as Kubernetes manifests expect (<c>0644</c> is octal), quoted ones stay
/// strings; duplicate keys are kept, so that the decoder reports them; aliases are bounded.
/// </summary>
public static class Yaml
{
    /// <summary>The JSON of the one document in a body; <c>null</c> when it is empty.</summary>
    /// <exception cref="ApiException">400: no YAML, several documents, too deep, or aliases that grow too
    /// much.</exception>
    public static byte[] ToJson(ReadOnlySpan<byte> yaml)
    {
        try
        {
            return new YamlWriter(OneDocument(yaml)).Write();
        }
        catch (YamlException e)
        {
            throw ApiException.BadRequest($"error converting YAML to JSON: yaml: line {e.Start.Line}: {e.Message}");
        }
    }

    private static List<ParsingEvent> OneDocument(ReadOnlySpan<byte> yaml)
    {
        if (!System.Text.Unicode.Utf8.IsValid(yaml))
        {
            throw ApiException.BadRequest("error converting YAML to JSON: the text is not valid UTF-8");
        }
        var parser = new Parser(new StringReader(System.Text.Encoding.UTF8.GetString(yaml)));
        var events = new List<ParsingEvent>();
        var (documents, depth) = (0, 0);
        while (Advance(parser))
        {
            switch (parser.Current)
            {
                case StreamStart or StreamEnd or Comment or DocumentEnd:
                    continue;
                case DocumentStart:
                    documents++;
                    continue;
            }
            var current = parser.Current!;
            depth += current.NestingIncrease;
            if (depth > JsonTrees.DepthMax)
            {
                throw new YamlException(current.Start, current.End, $"nested deeper than {JsonTrees.DepthMax} levels");
            }
            var isEmptyTail = documents > 1 && current is Scalar { Value.Length: 0, Style: ScalarStyle.Plain };
            if (documents > 1 && !isEmptyTail)
            {
                throw new YamlException(current.Start, current.End, "several documents; send them one by one");
            }
            if (!isEmptyTail) events.Add(current);
        }
        return events;
    }

    // The parser trips over some malformed texts with exceptions that are not its own.
    private static bool Advance(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or FormatException or OverflowException or NullReferenceException or KeyNotFoundException)
        {
            var place = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(place, place, "could not find expected token", e);
        }
    }
}
