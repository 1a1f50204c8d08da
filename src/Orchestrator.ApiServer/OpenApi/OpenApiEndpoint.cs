using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.CustomResources;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>Serves the OpenAPI documents. A document is made when it is first asked for and kept compressed.</summary>
internal sealed class OpenApiEndpoint(ServedKinds served, IOptions<ApiServerOptions> options)
{
    private const string ForAYear = "public, max-age=31536000, immutable";

    private readonly OfServed<OpenApiPages> _pages = new(
        served, model => new OpenApiPages(model, options.Value.GitVersion));

    /// <summary><c>/openapi/v2</c>; kubectl takes nothing but the binary form.</summary>
    public Task V2Async(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("protobuf", StringComparison.Ordinal)
            ? _pages.Now.V2Binary.Value.AnswerAsync(http)
            : _pages.Now.V2.Value.AnswerAsync(http);

    /// <summary><c>/openapi/v3</c> and what it points to.</summary>
    public Task V3Async(HttpContext http, string path)
    {
        var pages = _pages.Now;
        if (path.Length == 0) return pages.V3Index.Value.AnswerAsync(http);
        if (pages.V3(path) is not { } page) return PlainText.WriteNotFoundAsync(http);
        return http.Request.Query["hash"] == page.Hash
            ? page.Document.Value.AnswerAsync(http, ForAYear)
            : page.Document.Value.AnswerAsync(http);
    }
}
