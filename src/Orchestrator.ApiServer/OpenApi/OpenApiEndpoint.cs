using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Discovery;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>Serves the OpenAPI documents. A document is made when it is first asked for and kept compressed.</summary>
internal sealed class OpenApiEndpoint(IOptions<ApiServerOptions> options)
{
    private const string Json = "application/json";
    private const string ForAYear = "public, max-age=31536000, immutable";

    // The documents say what the program says, so they are new when it is; no document is made to know that.
    private readonly string _hash = HashOf(options.Value.GitVersion);

    private readonly Lazy<CachedDocument> _v2 = new(() => new(OpenApiDocuments.V2(options.Value.GitVersion), Json));

    private readonly Lazy<CachedDocument> _v2Binary = new(
        () => new(OpenApiDocuments.V2Binary(options.Value.GitVersion), OpenApiDocuments.V2BinaryType));

    private readonly FrozenDictionary<string, Lazy<CachedDocument>> _v3 = DiscoveryModel.GroupVersions
        .ToFrozenDictionary(version => version.Path, version => new Lazy<CachedDocument>(
            () => new(OpenApiDocuments.V3(version, options.Value.GitVersion), Json)));

    /// <summary><c>/openapi/v2</c>; kubectl takes nothing but the binary form.</summary>
    public Task V2Async(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("protobuf", StringComparison.Ordinal)
            ? _v2Binary.Value.AnswerAsync(http)
            : _v2.Value.AnswerAsync(http);

    /// <summary><c>/openapi/v3</c> and what it points to.</summary>
    public Task V3Async(HttpContext http, string path)
    {
        if (path.Length == 0)
        {
            var index = OpenApiDocuments.V3Index(_v3.Keys.Order(StringComparer.Ordinal), _hash);
            return new CachedDocument(index, Json).AnswerAsync(http);
        }
        if (!_v3.TryGetValue(path, out var document)) return PlainText.WriteNotFoundAsync(http);
        return http.Request.Query["hash"] == _hash
            ? document.Value.AnswerAsync(http, ForAYear)
            : document.Value.AnswerAsync(http);
    }

    private static string HashOf(string gitVersion)
    {
        var modules = new[] { typeof(Kind), typeof(OpenApiEndpoint) }.Select(type => type.Module.ModuleVersionId);
        return Convert.ToHexString(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{string.Join(' ', modules)} {gitVersion}")));
    }
}
