using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>
/// A document that does not change while the process lives, with the tag by which clients know it again.
/// </summary>
internal sealed class CachedDocument(byte[] body, string contentType)
{
    private readonly string _tag = $"\"{Convert.ToHexString(SHA256.HashData(body))}\"";

    /// <summary>The hash of the document, for links that carry it.</summary>
    public string Hash => _tag.Trim('"');

    /// <summary>Sends the document, or 304 when the client has it.</summary>
    public async Task AnswerAsync(HttpContext http, string cacheControl = "no-cache, private")
    {
        var headers = http.Response.Headers;
        headers.ETag = _tag;
        headers.Vary = "Accept";
        headers.CacheControl = cacheControl;
        if (http.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(_tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
