using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Content;

/// <summary>
/// The body of an answer while it is written. JSON goes straight to the connection, compressed if it is worth it;
/// pretty JSON and YAML are gathered first and rewritten at the end.
/// </summary>
internal sealed class AnswerBody : IAsyncDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly HttpContext _http;
    private readonly Accepted _accepted;
    private readonly ArrayBufferWriter<byte>? _gathered;
    private readonly GZipStream? _compressed;
    private readonly PipeWriter? _pipe;

    private AnswerBody(HttpContext http, Accepted accepted, bool isPretty, bool compress)
    {
        (_http, _accepted) = (http, accepted);
        if (isPretty || accepted.Format != MediaFormat.Json) _gathered = new();
        else if (compress)
        {
            _compressed = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
            _pipe = PipeWriter.Create(
                _compressed, new StreamPipeWriterOptions(minimumBufferSize: FlushBytes, leaveOpen: true));
        }
        else _pipe = http.Response.BodyWriter;
    }

    /// <summary>Where the JSON goes.</summary>
    public IBufferWriter<byte> Output => (IBufferWriter<byte>?)_gathered ?? _pipe!;

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
        var body = new AnswerBody(http, accepted, isPretty, compress);
        if (body._compressed is not null)
        {
            http.Response.Headers.ContentEncoding = "gzip";
            http.Response.Headers.Vary = "Accept-Encoding";
        }
        return body;
    }

    /// <summary>One small answer, all at once.</summary>
    public static async Task WriteAsync(
        HttpContext http, int code, Accepted accepted, Action<IBufferWriter<byte>> write)
    {
        await using var body = Open(http, code, accepted);
        write(body.Output);
        await body.CompleteAsync();
    }

    /// <summary>
    /// Lets what is written go out if it has grown large, so that a long list never stands in memory twice.
    /// </summary>
    public ValueTask FlushIfLargeAsync()
    {
        if (_pipe is null || _pipe.UnflushedBytes < FlushBytes) return ValueTask.CompletedTask;
        return FlushAsync();
    }

    /// <summary>Ends the body.</summary>
    public async Task CompleteAsync()
    {
        if (_gathered is not null)
        {
            var document = _accepted.Format == MediaFormat.Yaml
                ? YamlText.FromJson(_gathered.WrittenMemory)
                : Indented(_gathered.WrittenMemory);
            _http.Response.ContentLength = document.Length;
            await _http.Response.Body.WriteAsync(document, _http.RequestAborted);
            return;
        }
        await FlushAsync();
        if (_compressed is null) return;
        await _pipe!.CompleteAsync();
        await _compressed.DisposeAsync();
    }

    /// <summary>Gives up what an answer that broke off has left behind.</summary>
    public ValueTask DisposeAsync() => _compressed?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask FlushAsync()
    {
        var flushed = await _pipe!.FlushAsync(_http.RequestAborted);
        if (flushed.IsCompleted) _http.RequestAborted.ThrowIfCancellationRequested();
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
