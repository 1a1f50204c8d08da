using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.Engine;
using Orchestrator.Grains.Events;
using Orchestrator.Grains.Nodes;
using Orchestrator.Grains.Objects;
using Orchestrator.Grains.Quotas;
using Orchestrator.Storage;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestrator.Grains;

/// <summary>Adds the grains and what they stand on to a silo.</summary>
public static class GrainRegistration
{
    /// <summary>Settings of the grains; the store and the container runtimes are added apart.</summary>
    public static IServiceCollection AddOrchestratorGrains(
        this IServiceCollection services, Action<GrainOptions> configure)
    {
        var options = new GrainOptions();
        configure(options);
        return services.AddSingleton(options);
    }

    /// <summary>What every silo of the cluster runs.</summary>
    public static ISiloBuilder AddOrchestratorSilo(this ISiloBuilder silo) => silo.ConfigureServices(services =>
    {
        services.AddEngineServices();
        services.TryAddSingleton<IIdSource>(new RandomIdSource(new Random()));
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<EventRecorder>());
        services.AddSingleton(provider => new ClusterAccess(
            provider.GetRequiredService<IWatchCache>(), provider.GetRequiredService<IObjectStore>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IIdSource>(),
            provider.GetRequiredService<EventRecorder>(), provider.GetRequiredService<GrainOptions>(),
            provider.GetRequiredService<ILoggerFactory>())
        {
            Tokens = provider.GetService<IPodTokens>() is { CanSign: true } tokens ? tokens : null,
        });
        services.AddKeyedSingleton<IGrainStorage>(ObjectGrainStorage.Name,
            (provider, _) => new ObjectGrainStorage(provider.GetRequiredService<IObjectStore>()));
        services.AddSingleton<NamespaceFeed>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<NamespaceFeed>());
        services.AddSingleton<NodeFeed>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<NodeFeed>());
        services.AddSingleton<NodePlaces>();
        services.AddPlacementDirector<NodePlacement, NodePlacementDirector>();
        services.AddSingleton<NodeClaims>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<NodeClaims>());
        services.AddSingleton<Sweeper>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<Sweeper>());
    });
}
