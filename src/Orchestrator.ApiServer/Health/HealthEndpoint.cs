using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orleans.Runtime;

namespace Orchestrator.ApiServer.Health;

/// <summary>Answers <c>/healthz</c>, <c>/livez</c> and <c>/readyz</c>, whole or one check at a time.</summary>
internal sealed class HealthEndpoint(
    IOptions<ApiServerOptions> options, Freshness freshness, IServiceProvider services,
    IHostApplicationLifetime lifetime, ILogger<HealthEndpoint> log)
{
    // Reads go on without the store for a while, and a silence that passes is no reason to send clients elsewhere.
    private readonly HealthCheck _store = new("store", async cancellation =>
        await freshness.ProbeAsync(cancellation) || freshness.Silence < options.Value.StoreSilenceMax);

    // A silo that the others have declared dead must serve nobody. An app may have none: then nothing is to be checked.
    private readonly HealthCheck _silo = new("silo", _ => ValueTask.FromResult(
        services.GetService<ISiloStatusOracle>() is not { } silos || silos.CurrentStatus == SiloStatus.Active));

    private readonly HealthCheck _ping = new("ping", static _ => ValueTask.FromResult(true), IsLiveness: true);

    // Load balancers must stop sending before the listener closes, but a draining server is alive.
    private readonly HealthCheck _shutdown =
        new("shutdown", _ => ValueTask.FromResult(!lifetime.ApplicationStopping.IsCancellationRequested));

    public async Task AnswerAsync(HttpContext http, string endpoint, string? only)
    {
        IEnumerable<HealthCheck> checks = [_ping, _store, _silo, .. options.Value.HealthChecks, _shutdown];
        if (endpoint == "livez") checks = checks.Where(check => check.IsLiveness);
        if (only is not null)
        {
            checks = checks.Where(check => check.Name == only);
            if (!checks.Any())
            {
                await PlainText.WriteNotFoundAsync(http);
                return;
            }
        }
        var excluded = http.Request.Query["exclude"];
        var report = new StringBuilder();
        var isHealthy = true;
        foreach (var check in checks)
        {
            if (excluded.Contains(check.Name)) report.Append($"[+]{check.Name} excluded: ok\n");
            else if (await WorksAsync(check, http.RequestAborted)) report.Append($"[+]{check.Name} ok\n");
            else
            {
                isHealthy = false;
                report.Append($"[-]{check.Name} failed: reason withheld\n");
            }
        }
        var isVerbose = http.Request.Query.ContainsKey("verbose");
        var text = !isHealthy ? $"{report}{endpoint} check failed\n"
            : isVerbose ? $"{report}{endpoint} check passed\n" : "ok";
        http.Response.Headers["X-Content-Type-Options"] = "nosniff";
        http.Response.Headers.CacheControl = "no-cache, private";
        await PlainText.WriteAsync(http, isHealthy ? 200 : 500, text);
    }

    private async Task<bool> WorksAsync(HealthCheck check, CancellationToken cancellation)
    {
        try
        {
            return await check.RunAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning(e, "Health check {Check} failed", check.Name);
            return false;
        }
    }
}
