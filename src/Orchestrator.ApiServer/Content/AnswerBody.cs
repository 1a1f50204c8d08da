using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Content;

/// <summary>
/// The body of an answer while it is written. It is gathered, and goes out in large pieces, compressed if it is worth
/// it: each piece costs a record of TLS and a call of the kernel. What fits into one piece is sent with its length.
/// Pretty JSON and YAML are gathered whole and rewritten at the end.
/// </summary>
internal sealed class AnswerBody : IAsyncDisposable
{
    // Buffers of more than 85 KB would be collected with the oldest objects only.
    private const int PieceBytes = 64 * 1024;
    private const int SpareBytes = 8 * 1024;

    private readonly HttpContext _http;
    private readonly Accepted _accepted;
    private readonly bool _isRewritten;
    private readonly bool _isPretty;
    private readonly ArrayBufferWriter<byte> _gathered;
    private readonly GZipStream? _compressed;

    private AnswerBody(HttpContext http, Accepted accepted, bool isPretty, bool compress, long bytes)
    {
        (_http, _accepted, _isPretty) = (http, accepted, isPretty);
        _isRewritten = isPretty || accepted.Format != MediaFormat.Json;
        _gathered = new((int)Math.Clamp(bytes, 512, PieceBytes) + (bytes > PieceBytes ? SpareBytes : 0));
        if (compress && !_isRewritten) _compressed = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
    }

    /// <summary>Where the JSON goes.</summary>
    public IBufferWriter<byte> Output => _gathered;

    /// <summary>Sends the head of the answer and opens its body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="code">HTTP status.</param>
    /// <param name="accepted">What the client takes.</param>
    /// <param name="bytes">About how long the body will be.</param>
    /// <param name="compressBytesMin">From which length on it is compressed.</param>
    public static AnswerBody Open(
        HttpContext http, int code, Accepted accepted, long bytes = 0, int compressBytesMin = int.MaxValue)
    {
        var isPretty = http.Request.Query["pretty"].ToString() is "true" or "1" or "True";
        var compress = bytes >= compressBytesMin
            && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        http.Response.StatusCode = code;
        http.Response.ContentType = accepted.ContentType;
        http.Response.Headers.CacheControl = "no-cache, private";
        var body = new AnswerBody(http, accepted, isPretty, compress, bytes);
        if (body._compressed is not null)
        {
            http.Response.Headers.ContentEncoding = "gzip";
            http.Response.Headers.Vary = "Accept-Encoding";
        }
        return body;
    }

    /// <summary>One small answer, all at once.</summary>
    public static Task WriteAsync(
        HttpContext http, int code, Accepted accepted, Action<IBufferWriter<byte>> write) =>
        WriteAsync(http, code, accepted, 0, write);

    /// <summary>One small answer, all at once, of about so many bytes.</summary>
    public static async Task WriteAsync(
        HttpContext http, int code, Accepted accepted, long bytes, Action<IBufferWriter<byte>> write)
    {
        await using var body = Open(http, code, accepted, bytes);
        write(body.Output);
        await body.CompleteAsync();
    }

    /// <summary>
    /// Lets what is written go out if it has grown large, so that a long list never stands in memory twice.
    /// </summary>
    public ValueTask FlushIfLargeAsync() =>
        _isRewritten || _gathered.WrittenCount < PieceBytes ? ValueTask.CompletedTask : SendPieceAsync();

    /// <summary>Ends the body.</summary>
    public async Task CompleteAsync()
    {
        var last = _isRewritten ? Rewritten(_gathered.WrittenMemory) : _gathered.WrittenMemory;
        if (_compressed is null && !_http.Response.HasStarted) _http.Response.ContentLength = last.Length;
        if (_compressed is null)
        {
            await _http.Response.Body.WriteAsync(last, _http.RequestAborted);
            return;
        }
        await _compressed.WriteAsync(last, _http.RequestAborted);
        await _compressed.DisposeAsync();
    }

    /// <summary>Gives up what an answer that broke off has left behind.</summary>
    public ValueTask DisposeAsync() => _compressed?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask SendPieceAsync()
    {
        var aborted = _http.RequestAborted;
        if (_compressed is not null) await _compressed.WriteAsync(_gathered.WrittenMemory, aborted);
        else
        {
            // TLS makes a record of each buffer that it is given, so it is given a large one; before the head is
            // written there are only small ones.
            await _http.Response.StartAsync(aborted);
            var pipe = _http.Response.BodyWriter;
            for (var rest = _gathered.WrittenMemory; !rest.IsEmpty;)
            {
                var buffer = pipe.GetMemory(rest.Length);
                var fitting = rest[..Math.Min(rest.Length, buffer.Length)];
                fitting.CopyTo(buffer);
                pipe.Advance(fitting.Length);
                rest = rest[fitting.Length..];
            }
            await pipe.FlushAsync(aborted);
        }
        aborted.ThrowIfCancellationRequested();
        _gathered.ResetWrittenCount();
    }

    private ReadOnlyMemory<byte> Rewritten(ReadOnlyMemory<byte> json)
    {
        if (_accepted.Format == MediaFormat.Yaml) return YamlText.FromJson(json);
        return _isPretty ? Indented(json) : json;
    }

    private static ReadOnlyMemory<byte> Indented(ReadOnlyMemory<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(json.Length * 2);
        using (var document = JsonDocument.Parse(json))
        using (var writer = new Utf8JsonWriter(
            output, new JsonWriterOptions { Indented = true, Encoder = ApiJson.Options.Encoder }))
        {
            document.WriteTo(writer);
        }
        output.Write("\n"u8);
        return output.WrittenMemory;
    }
}
