using System.Buffers;
using System.Buffers.Text;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Content;

/// <summary>
/// Writes stored objects without serialising them again: type and resourceVersion are spliced into the shared bytes.
/// </summary>
internal static class ObjectJson
{
    private static ReadOnlySpan<byte> Head => "{\"metadata\":{"u8;

    private static ReadOnlySpan<byte> PartialHead(string version) => version == "v1"
        ? "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"u8
        : "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1beta1\",\"metadata\":"u8;

    /// <summary>About how many bytes an object takes.</summary>
    public static int SizeOf(StoredObject stored) => stored.Json.Length + 80;

    /// <summary>The whole object, with its type.</summary>
    public static void Write(IBufferWriter<byte> output, Kind kind, StoredObject stored)
    {
        output.Write("{"u8);
        output.Write(kind.TypePrefix.Span);
        WriteFromMetadata(output, stored);
    }

    /// <summary>The object as an item of a typed list, without its type.</summary>
    public static void WriteItem(IBufferWriter<byte> output, StoredObject stored)
    {
        output.Write("{"u8);
        WriteFromMetadata(output, stored);
    }

    /// <summary>An object that a write returned; it carries its resourceVersion itself.</summary>
    public static void Write(IBufferWriter<byte> output, Kind kind, ApiObject obj)
    {
        output.Write("{"u8);
        output.Write(kind.TypePrefix.Span);
        output.Write(ApiJson.Write(obj).AsSpan(1));
    }

    /// <summary>The metadata alone, as PartialObjectMetadata.</summary>
    public static void WritePartial(IBufferWriter<byte> output, StoredObject stored, string version)
    {
        output.Write(PartialHead(version));
        WriteMetadata(output, stored);
        output.Write("}"u8);
    }

    /// <summary>The value of the metadata field.</summary>
    public static void WriteMetadata(IBufferWriter<byte> output, StoredObject stored)
    {
        var json = stored.Json.Span;
        output.Write("{"u8);
        WriteVersion(output, stored.Revision, json[Head.Length] == '}');
        output.Write(json[Head.Length..stored.MetadataEnd]);
    }

    /// <summary>The metadata of a list: its version and, when it is cut short, how it goes on.</summary>
    public static void WriteListMeta(IBufferWriter<byte> output, long revision, string? next, long? remaining)
    {
        output.Write("{\"resourceVersion\":\""u8);
        WriteNumber(output, revision);
        output.Write("\""u8);
        if (next is not null)
        {
            // The token is base64url: nothing in it needs escaping.
            output.Write(",\"continue\":\""u8);
            output.Write(System.Text.Encoding.ASCII.GetBytes(next));
            output.Write("\""u8);
        }
        if (remaining is not null)
        {
            output.Write(",\"remainingItemCount\":"u8);
            WriteNumber(output, remaining.Value);
        }
        output.Write("}"u8);
    }

    public static void WriteNumber(IBufferWriter<byte> output, long number)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(number, span, out var written);
        output.Advance(written);
    }

    private static void WriteFromMetadata(IBufferWriter<byte> output, StoredObject stored)
    {
        var rest = stored.Json.Span[Head.Length..];
        output.Write("\"metadata\":{"u8);
        WriteVersion(output, stored.Revision, rest[0] == '}');
        output.Write(rest);
    }

    // What was never stored has no version: dry runs and measurements.
    private static void WriteVersion(IBufferWriter<byte> output, long revision, bool isLast)
    {
        if (revision == 0) return;
        output.Write("\"resourceVersion\":\""u8);
        WriteNumber(output, revision);
        output.Write(isLast ? "\""u8 : "\","u8);
    }
}
