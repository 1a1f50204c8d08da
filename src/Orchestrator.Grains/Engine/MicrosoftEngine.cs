using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orchestrator.Grains.Engine;

/// <summary>Hosts grains on Microsoft Orleans.</summary>
public static class OrleansEngine
{
    /// <summary>Adds one silo to the process.</summary>
    public static void UseOrleansEngine(this IHostApplicationBuilder builder) =>
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddOrchestratorSilo());
}
