using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Auth;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.CustomResources;
using Orchestrator.ApiServer.Discovery;
using Orchestrator.ApiServer.Health;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.OpenApi;
using Orchestrator.ApiServer.Proxy;
using Orchestrator.ApiServer.Reasons;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Routing;

/// <summary>Finds by the path what a request is about. Everything that is served is one of these few shapes.</summary>
internal sealed class ApiRouter(
    Authentication authentication, Impersonation impersonation, AccessRules rules, DiscoveryEndpoint discovery,
    HealthEndpoint health, ResourceEndpoint resources, ReasonEndpoint reasons, IssuerEndpoint issuer,
    OpenApiEndpoint openApi, ProxyHandler proxy, FailureWriter failures, ServedKinds served, IWatchCache cache,
    Freshness freshness)
{
    /// <summary>Answers a request, whatever it is.</summary>
    public async Task RouteAsync(HttpContext http)
    {
        try
        {
            await DispatchAsync(http);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await failures.WriteAsync(http, e);
        }
    }

    private Task DispatchAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var segments = path.TrimStart('/').Split('/');
        if (segments is [.. var front, ""] && front.Length > 0) segments = front;
        var actual = authentication.UserOf(http.Request, AccessRules.IsPublic(path));
        var user = impersonation.Apply(http.Request.Headers, actual);
        if (path.Contains("/proxy", StringComparison.Ordinal) && ProxyPath.Parse(path, RawTarget(http)) is { } target)
            return proxy.AnswerAsync(http, target, user);
        if (segments is ["api" or "apis", _, _, ..]) return DispatchResourceAsync(http, segments, user);
        rules.Demand(user, new(http.Request.Method.ToLowerInvariant()) { Path = path });
        RequireReading(http);
        return segments switch
        {
            ["version"] => discovery.VersionAsync(http),
            ["healthz" or "livez" or "readyz"] => health.AnswerAsync(http, segments[0], null),
            ["healthz" or "livez" or "readyz", var check] => health.AnswerAsync(http, segments[0], check),
            ["api"] => discovery.RootAsync(http, isCore: true),
            ["apis"] => discovery.RootAsync(http, isCore: false),
            ["api", _] => discovery.ResourcesAsync(http, $"api/{segments[1]}"),
            ["apis", var group] => discovery.GroupAsync(http, group),
            ["openapi", "v2"] => openApi.V2Async(http),
            ["openapi", "v3", .. var rest] => openApi.V3Async(http, string.Join('/', rest)),
            [".well-known", "openid-configuration"] => issuer.ConfigurationAsync(http),
            ["openid", "v1", "jwks"] => issuer.KeysAsync(http),
            ["reasons"] => reasons.AnswerAsync(http),
            [""] => RootAsync(http),
            _ => PlainText.WriteNotFoundAsync(http),
        };
    }

    private static void RequireReading(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            throw Refusals.MethodNotAllowed();
    }

    private async Task DispatchResourceAsync(HttpContext http, string[] segments, ApiUser user)
    {
        var isCore = segments[0] == "api";
        if (!isCore && segments.Length == 3)
        {
            rules.Demand(user, new("get") { Path = http.Request.Path.Value ?? "/" });
            RequireReading(http);
            await discovery.ResourcesAsync(http, $"apis/{segments[1]}/{segments[2]}");
            return;
        }
        var (group, version) = isCore ? ("", segments[1]) : (segments[1], segments[2]);
        var rest = segments[(isCore ? 2 : 3)..];
        var path = ResourcePath.Parse(group, version, rest, cache);
        if (path is null && group.Contains('.', StringComparison.Ordinal))
        {
            // Somebody may have declared it a moment ago through another silo.
            await freshness.NewestAsync(http);
            path = ResourcePath.Parse(group, version, rest, cache);
        }
        if (path is null)
        {
            await PlainText.WriteNotFoundAsync(http);
            return;
        }
        if (path.Kind is CustomKind { Declared.Deprecated: true } old) WriteHandler.Warn(http, [DeprecationOf(old)]);
        var request = new ApiRequest(http, path, user);
        rules.Demand(user, request.Question());
        await resources.AnswerAsync(request);
    }

    private static string DeprecationOf(CustomKind old) =>
        string.IsNullOrEmpty(old.Declared.DeprecationWarning)
            ? $"{old.ApiVersion} {old.Name} is deprecated" : old.Declared.DeprecationWarning;

    private static string RawTarget(HttpContext http) =>
        http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? http.Request.Path.ToUriComponent();

    private Task RootAsync(HttpContext http)
    {
        IEnumerable<string> paths =
        [
            "/api", "/apis", .. served.Model.GroupVersions.Select(version => $"/{version.Path}"),
            "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
        ];
        return new CachedDocument(DiscoveryDocuments.Build(json =>
        {
            json.WriteStartArray("paths");
            foreach (var path in paths.Order(StringComparer.Ordinal)) json.WriteStringValue(path);
            json.WriteEndArray();
        }), "application/json").AnswerAsync(http);
    }
}
