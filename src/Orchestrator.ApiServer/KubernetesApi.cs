using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Auth;
using Orchestrator.ApiServer.CustomResources;
using Orchestrator.ApiServer.Discovery;
using Orchestrator.ApiServer.Health;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.OpenApi;
using Orchestrator.ApiServer.Pods;
using Orchestrator.ApiServer.Proxy;
using Orchestrator.ApiServer.Reasons;
using Orchestrator.ApiServer.Routing;
using Orchestrator.ApiServer.Streams;
using Orchestrator.ApiServer.Watches;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer;

/// <summary>
/// Puts the Kubernetes API into an ASP.NET app. The app brings the watch cache (<see cref="Storage.IWatchCache"/>) for
/// reads and the grains (<c>IGrainFactory</c>) for writes.
/// </summary>
public static class KubernetesApi
{
    /// <summary>Adds what the API needs.</summary>
    public static IServiceCollection AddKubernetesApi(
        this IServiceCollection services, Action<ApiServerOptions>? configure = null)
    {
        if (configure is not null) services.Configure(configure);
        services.AddOptions<ApiServerOptions>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ListenLimits>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<INameSource, RandomNames>();
        foreach (var type in Parts) services.TryAddSingleton(type);
        services.TryAddSingleton<IPodTokens, PodTokens>();
        services.AddSingleton<IVirtualKind, ReviewHandler>();
        services.AddSingleton<IVirtualKind, MetricsHandler>();
        return services;
    }

    /// <summary>
    /// Serves the API. Its own paths are the API's for good; of all others only those that the app does not serve
    /// itself.
    /// </summary>
    public static IEndpointRouteBuilder MapKubernetesApi(this IEndpointRouteBuilder endpoints)
    {
        var router = endpoints.ServiceProvider.GetRequiredService<ApiRouter>();
        foreach (var prefix in Prefixes) endpoints.Map($"/{prefix}/{{**path}}", router.RouteAsync);
        endpoints.MapFallback("{**path}", router.RouteAsync);
        return endpoints;
    }

    private static readonly string[] Prefixes = ["api", "apis", "openapi", "healthz", "livez", "readyz", "version",
        "reasons", ".well-known", "openid"];

    private static readonly Type[] Parts =
    [
        typeof(ApiRouter), typeof(Authentication), typeof(DiscoveryEndpoint), typeof(OpenApiEndpoint),
        typeof(HealthEndpoint), typeof(ServedKinds),
        typeof(ResourceEndpoint), typeof(ReasonEndpoint), typeof(FailureWriter), typeof(ListHandler),
        typeof(ListSnapshots), typeof(Freshness),
        typeof(WatchHandler), typeof(GetHandler), typeof(CreateHandler), typeof(UpdateHandler), typeof(PatchHandler),
        typeof(DeleteHandler), typeof(DeleteQuery), typeof(ScaleHandler), typeof(SentObject), typeof(RequestBody),
        typeof(WriteHandler), typeof(WriteAttempts), typeof(PodActions), typeof(LogHandler),
        typeof(AccessRules), typeof(Impersonation), typeof(ServiceAccountTokens), typeof(TokenRequestHandler),
        typeof(IssuerEndpoint), typeof(NodeRuntimes), typeof(UsageSamples), typeof(UsageReader),
        typeof(ProxyTargets), typeof(NodeReader), typeof(NodePages), typeof(ProxyHandler),
        typeof(StreamHandler),
    ];
}
