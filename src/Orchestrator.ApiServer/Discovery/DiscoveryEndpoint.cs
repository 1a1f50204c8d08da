using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.CustomResources;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>Answers what is served: version, groups and resources.</summary>
internal sealed class DiscoveryEndpoint(ServedKinds served, IOptions<ApiServerOptions> options)
{
    private const string Json = "application/json";

    private readonly OfServed<DiscoveryPages> _pages = new(served, static model => new DiscoveryPages(model));

    /// <summary><c>/version</c>: clients choose how to speak by it, so it must never fail.</summary>
    public Task VersionAsync(HttpContext http)
    {
        var version = options.Value.GitVersion;
        var parts = version.TrimStart('v').Split('.');
        return new CachedDocument(DiscoveryDocuments.Build(json =>
        {
            json.WriteString("major", parts[0]);
            json.WriteString("minor", parts[1]);
            json.WriteString("gitVersion", version);
            json.WriteString("gitCommit", "0000000000000000000000000000000000000000");
            json.WriteString("gitTreeState", "clean");
            json.WriteString("buildDate", "2025-01-01T00:00:00Z");
            json.WriteString("goVersion", "go1.23");
            json.WriteString("compiler", "gc");
            json.WriteString("platform", "linux/amd64");
        }), Json).AnswerAsync(http);
    }

    /// <summary><c>/api</c> and <c>/apis</c>, aggregated for those who ask for it.</summary>
    public Task RootAsync(HttpContext http, bool isCore)
    {
        if (AggregatedVersionOf(http.Request) is { } version)
            return _pages.Now.Aggregated(version, isCore).AnswerAsync(http);
        return isCore
            ? new CachedDocument(DiscoveryDocuments.CoreVersions(http.Request.Host.ToString()), Json).AnswerAsync(http)
            : _pages.Now.Groups.AnswerAsync(http);
    }

    /// <summary><c>/apis/{group}</c>.</summary>
    public Task GroupAsync(HttpContext http, string group) =>
        DiscoveryDocuments.Group(served.Model, group) is { } document
            ? new CachedDocument(document, Json).AnswerAsync(http) : PlainText.WriteNotFoundAsync(http);

    /// <summary><c>/api/v1</c>, <c>/apis/{group}/{version}</c>.</summary>
    public Task ResourcesAsync(HttpContext http, string path) =>
        _pages.Now.Resources(path) is { } document
            ? document.AnswerAsync(http)
            : PlainText.WriteNotFoundAsync(http);

    private static string? AggregatedVersionOf(HttpRequest request)
    {
        foreach (var entry in request.Headers.Accept.ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "*/*")) continue;
            if (!parts.Contains("as=APIGroupDiscoveryList")) return null;
            if (!parts.Contains("g=apidiscovery.k8s.io")) continue;
            if (parts.Contains("v=v2")) return "v2";
            if (parts.Contains("v=v2beta1")) return "v2beta1";
        }
        return null;
    }
}
