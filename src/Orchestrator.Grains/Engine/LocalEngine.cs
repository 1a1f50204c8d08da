using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orchestrator.Grains.Engine;

/// <summary>Hosts grains on the in-process engine.</summary>
public static class OrleansEngine
{
    /// <summary>Adds one silo to the process.</summary>
    public static void UseOrleansEngine(this IHostApplicationBuilder builder, string clusterId) =>
        builder.UseOrleans(silo => silo.UseLocalhostClustering(serviceId: clusterId, clusterId: clusterId).AddOrchestratorSilo());

    /// <summary>Nothing is needed: arguments are handed over as they are.</summary>
    public static IServiceCollection AddEngineServices(this IServiceCollection services) => services;
}
