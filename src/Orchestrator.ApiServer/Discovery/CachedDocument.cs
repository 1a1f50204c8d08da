using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>
/// A document that does not change while the process lives, with the tag by which clients know it again. A large one is
/// kept compressed and opened for the few that cannot read it so.
/// </summary>
internal sealed class CachedDocument(byte[] body, string contentType)
{
    private const int CompressBytesMin = 32 * 1024;

    private readonly string _tag = $"\"{Convert.ToHexString(SHA256.HashData(body))}\"";
    private readonly bool _isCompressed = body.Length >= CompressBytesMin;
    private readonly byte[] _kept = body.Length >= CompressBytesMin ? Compressed(body) : body;

    /// <summary>Sends the document, or 304 when the client has it.</summary>
    public async Task AnswerAsync(HttpContext http, string cacheControl = "no-cache, private")
    {
        var headers = http.Response.Headers;
        headers.ETag = _tag;
        headers.Vary = _isCompressed ? "Accept, Accept-Encoding" : "Accept";
        headers.CacheControl = cacheControl;
        if (http.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(_tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        http.Response.ContentType = contentType;
        var takesCompressed =
            http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (_isCompressed && !takesCompressed)
        {
            using var opened = new GZipStream(new MemoryStream(_kept), CompressionMode.Decompress);
            await opened.CopyToAsync(http.Response.Body, http.RequestAborted);
            return;
        }
        if (_isCompressed) headers.ContentEncoding = "gzip";
        http.Response.ContentLength = _kept.Length;
        await http.Response.Body.WriteAsync(_kept, http.RequestAborted);
    }

    private static byte[] Compressed(byte[] body)
    {
        var output = new MemoryStream();
        using (var compressed = new GZipStream(output, CompressionLevel.Optimal)) compressed.Write(body);
        return output.ToArray();
    }
}
