using System.Text;
using System.Text.Json;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;

namespace Orchestrator.ApiServer.Protobuf;

/// <summary>Bodies in the binary form that typed clients send; they become JSON and go the way of all others.</summary>
internal static class ProtobufBody
{
    /// <summary>Their Content-Type.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The object as JSON.</summary>
    /// <exception cref="ApiException">400: damaged; 415: of a kind that is not known in this form.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            return Read(body.Span);
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException)
        {
            throw ApiException.BadRequest(
                $"the protobuf body of the request cannot be read: {e.Message}; send it as application/json");
        }
    }

    private static byte[] Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic)) throw new FormatException("it does not begin with k8s and a zero byte");
        string apiVersion = "", kind = "", encoding = "";
        ReadOnlySpan<byte> raw = default;
        var envelope = new WireReader(body[Magic.Length..]);
        while (envelope.Read())
        {
            if (envelope.Number == 1) (apiVersion, kind) = ReadType(envelope.Bytes);
            else if (envelope.Number == 2) raw = envelope.Bytes;
            else if (envelope.Number == 3) encoding = Encoding.UTF8.GetString(envelope.Bytes);
        }
        if (encoding.Length > 0) throw new FormatException($"its content is encoded as {encoding}");
        // A message has the name of its kind, but where another version of the kind has it already.
        var message = MessageTable.Find($"{apiVersion}.{kind}") is null ? kind : $"{apiVersion}.{kind}";
        if (MessageTable.Find(message) is null) throw Refusals.UnsupportedMedia("application/json", "application/yaml");
        var json = MessageJson.Read(message, raw);
        json.Insert(0, "apiVersion", apiVersion);
        json.Insert(0, "kind", kind);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static (string ApiVersion, string Kind) ReadType(ReadOnlySpan<byte> bytes)
    {
        string apiVersion = "", kind = "";
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (reader.Number == 1) apiVersion = Encoding.UTF8.GetString(reader.Bytes);
            else if (reader.Number == 2) kind = Encoding.UTF8.GetString(reader.Bytes);
        }
        return (apiVersion, kind);
    }
}
