namespace Orleans.Local.Engine;

/// <summary>The services every silo or client has.</summary>
internal static class DefaultServices
{
    public static void AddSilo(
        IServiceCollection services, IConfiguration configuration, Action<ISiloBuilder> configure)
    {
        if (!services.Any(service => service.ServiceType == typeof(Silo)))
        {
            AddCommon(services);
            AddCore(services);
            AddPlacements(services);
            services.AddHostedService<SiloHostedService>();
        }

        configure(new EngineBuilder(services, configuration));
    }

    public static void AddClient(
        IServiceCollection services, IConfiguration configuration, Action<IClientBuilder>? configure)
    {
        AddCommon(services);
        services.TryAddSingleton<ClientRuntime>();
        services.TryAddSingleton(provider => provider.GetRequiredService<ClientRuntime>().Factory);
        services.TryAddSingleton<IClusterClient, ClusterClient>();
        services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<IClusterClient>());
        configure?.Invoke(new EngineBuilder(services, configuration));
    }

    private static void AddCommon(IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
    }

    private static void AddCore(IServiceCollection services)
    {
        services.AddSingleton<Silo>();
        services.AddSingleton<ILocalSiloDetails>(provider => provider.GetRequiredService<Silo>());
        services.AddSingleton<ISiloStatusOracle>(provider => provider.GetRequiredService<Silo>().Oracle);
        services.AddSingleton(provider => provider.GetRequiredService<Silo>().Factory);
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainFactory>());
        services.AddSingleton<IClusterClient, ClusterClient>();
        services.AddSingleton<SiloLifecycle>();
        services.AddSingleton<ISiloLifecycle>(provider => provider.GetRequiredService<SiloLifecycle>());
        services.AddSingleton<IGrainRuntime, GrainRuntime>();
        services.AddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.AddTransient(
            _ => RuntimeContext.Current ?? throw new InvalidOperationException("No grain is being called here."));
        services.TryAddSingleton<ITimerRegistry, TimerRegistry>();
        services.TryAddSingleton<IPersistentStateFactory, PersistentStateFactory>();
        services.AddSingleton<IAttributeToFactoryMapper<PersistentStateAttribute>, PersistentStateMapper>();
        services.AddSingleton<ActivationCollector>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<ActivationCollector>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloMembership>();
    }

    private static void AddPlacements(IServiceCollection services)
    {
        services.TryAddSingleton<PlacementStrategy, ResourceOptimizedPlacement>();
        services.AddPlacementDirector<RandomPlacement, RandomPlacementDirector>();
        services.AddPlacementDirector<PreferLocalPlacement, PreferLocalPlacementDirector>();
        services.AddPlacementDirector<HashBasedPlacement, HashBasedPlacementDirector>();
        services.AddPlacementDirector<ActivationCountBasedPlacement, ActivationCountPlacementDirector>();
        services.AddPlacementDirector<ResourceOptimizedPlacement, ActivationCountPlacementDirector>();
    }
}
