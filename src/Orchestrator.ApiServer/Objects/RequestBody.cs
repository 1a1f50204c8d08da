using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Protobuf;

namespace Orchestrator.ApiServer.Objects;

/// <summary>
/// Reads bodies of requests: bounded in size and time, and turned into JSON whatever they are written in.
/// </summary>
internal sealed class RequestBody(IOptions<ApiServerOptions> options, TimeProvider clock)
{
    private static readonly string[] Accepted =
        ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

    /// <summary>The object in the body as JSON; empty when there is no body.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadJsonAsync(HttpContext http)
    {
        var type = MediaTypeOf(http.Request);
        // A missing type means JSON: kubectl 1.20 sends none.
        if (type is not ("" or "application/json" or "application/yaml" or ProtobufBody.MediaType))
        {
            if (http.Request.ContentLength is 0) return default;
            throw Refusals.UnsupportedMedia(Accepted);
        }
        var bytes = await ReadBytesAsync(http);
        if (bytes.IsEmpty) return bytes;
        return type switch
        {
            "application/yaml" => YamlText.ToJson(bytes),
            ProtobufBody.MediaType => ProtobufBody.ToJson(bytes),
            _ => bytes,
        };
    }

    /// <summary>The body as it came.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext http)
    {
        var limit = options.Value.BodyBytesMax;
        if (http.Request.Headers.ContentEncoding.ToString() is not ("" or "identity") and var encoding)
            throw Refusals.Encoded(encoding);
        if (http.Request.ContentLength > limit) throw Refusals.TooLarge(limit);
        try
        {
            return Arrived(http, limit) is { } bytes ? bytes : await ReadInTimeAsync(http, limit);
        }
        catch (BadHttpRequestException e)
        {
            throw e.StatusCode == StatusCodes.Status413PayloadTooLarge ? Refusals.TooLarge(limit)
                : e.StatusCode == StatusCodes.Status408RequestTimeout ? Refusals.SlowBody()
                : ApiException.BadRequest(e.Message);
        }
    }

    /// <summary>The media type without its parameters, lower case; "" when there is none.</summary>
    public static string MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            ? type.MediaType.ToString().ToLowerInvariant() : request.ContentType ?? "";

    // A short body comes with its request; whoever has it all needs no watch on how long it takes.
    private static byte[]? Arrived(HttpContext http, int limit)
    {
        var reader = http.Request.BodyReader;
        if (!reader.TryRead(out var read)) return null;
        if (!read.IsCompleted || read.Buffer.Length > limit)
        {
            reader.AdvanceTo(read.Buffer.Start);
            return null;
        }
        var bytes = read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    private async Task<ReadOnlyMemory<byte>> ReadInTimeAsync(HttpContext http, int limit)
    {
        using var timer = new CancellationTokenSource(options.Value.BodyTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, http.RequestAborted);
        try
        {
            return await ReadToEndAsync(http, limit, both.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested
            && !http.RequestAborted.IsCancellationRequested)
        {
            throw Refusals.SlowBody();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadToEndAsync(
        HttpContext http, int limit, CancellationToken cancellation)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            if (read.Buffer.Length > limit) throw Refusals.TooLarge(limit);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var bytes = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
            return bytes;
        }
    }
}
