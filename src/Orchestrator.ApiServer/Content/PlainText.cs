using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.ApiServer.Content;

/// <summary>The few answers that are plain text.</summary>
internal static class PlainText
{
    /// <summary>Nothing is served under the path; clients know the text.</summary>
    public static Task WriteNotFoundAsync(HttpContext http) => WriteAsync(http, 404, "404 page not found\n");

    public static async Task WriteAsync(
        HttpContext http, int code, string text, string type = "text/plain; charset=utf-8")
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.StatusCode = code;
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
