using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orchestrator.Grains.Engine;

/// <summary>Hosts grains on the in-process engine.</summary>
public static class OrleansEngine
{
    /// <summary>Why this build cannot join a cluster of several processes; null when it can.</summary>
    public static string? WhyNoCluster =>
        "this build runs on the in-process engine, which is one process and no more; build it on Microsoft Orleans "
        + "(-p:OrleansEngine=Microsoft, with ORLEANS_FEED naming a folder of its packages where no registry has them)";

    /// <summary>Adds one silo to the process.</summary>
    public static void UseOrleansEngine(this IHostApplicationBuilder builder, string clusterId, string machine = "") =>
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(serviceId: clusterId, clusterId: clusterId)
            .Configure<SiloOptions>(options => options.SiloName = machine.Length > 0 ? machine : options.SiloName)
            .AddOrchestratorSilo());

    /// <summary>A silo of a cluster of several processes: not on this engine.</summary>
    public static void UseOrleansCluster(this IHostApplicationBuilder builder, SiloSettings silo) =>
        throw new NotSupportedException(WhyNoCluster);

    /// <summary>The tables of the membership: not on this engine.</summary>
    public static Task PrepareClusterAsync(SiloSettings silo, CancellationToken cancellation) =>
        throw new NotSupportedException(WhyNoCluster);

    /// <summary>Nothing is needed: arguments are handed over as they are.</summary>
    public static IServiceCollection AddEngineServices(this IServiceCollection services) => services;
}
