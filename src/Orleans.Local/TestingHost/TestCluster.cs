using System.Collections.ObjectModel;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in this process, for tests.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly LocalTestCluster _cluster;

    internal TestCluster(TestClusterOptions options, IReadOnlyList<IConfigurationSource> configurationSources)
    {
        Options = options;
        ConfigurationSources = configurationSources;
        var id = new ClusterOptions { ClusterId = options.ClusterId, ServiceId = options.ServiceId };
        _cluster = new LocalTestCluster(id, CreateSiloHost, CreateClientHost);
    }

    public TestClusterOptions Options { get; }

    public IReadOnlyList<IConfigurationSource> ConfigurationSources { get; }

    public SiloHandle? Primary => _cluster.Silos.FirstOrDefault(silo => silo.InstanceNumber == 0);

    public IReadOnlyList<SiloHandle> SecondarySilos => [.. _cluster.Silos.Where(silo => silo.InstanceNumber > 0)];

    public ReadOnlyCollection<SiloHandle> Silos => new([.. _cluster.Silos]);

    public IClusterClient Client => _cluster.Client;

    public IGrainFactory GrainFactory => Client;

    public IServiceProvider ServiceProvider => _cluster.ClientServices;

    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    public Task DeployAsync() => _cluster.DeployAsync(Options.InitialSilosCount, Options.InitializeClientOnDeploy);

    public Task InitializeClientAsync() => _cluster.StartClientAsync();

    public Task StopClusterClientAsync() => _cluster.StopClientAsync();

    public Task KillClientAsync() => _cluster.StopClientAsync();

    public IEnumerable<SiloHandle> GetActiveSilos() => Silos.Where(silo => silo.IsActive);

    public SiloHandle? GetSiloForAddress(SiloAddress siloAddress) =>
        GetActiveSilos().FirstOrDefault(silo => silo.SiloAddress == siloAddress);

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) => silo is null
        ? _cluster.Silos[0].ServiceProvider
        : _cluster.Silos.First(handle => handle.SiloAddress == silo).ServiceProvider;

    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false) =>
        await _cluster.StartSiloAsync();

    public SiloHandle StartAdditionalSilo(bool startAdditionalSiloOnNewPort = false) =>
        StartAdditionalSiloAsync(startAdditionalSiloOnNewPort).GetAwaiter().GetResult();

    public async Task<List<SiloHandle>> StartAdditionalSilosAsync(
        int silosToStart, bool startAdditionalSiloOnNewPort = false)
    {
        List<SiloHandle> started = [];
        for (var index = 0; index < silosToStart; index++)
        {
            started.Add(await StartAdditionalSiloAsync());
        }

        return started;
    }

    public Task StopSiloAsync(SiloHandle instance) => _cluster.StopSiloAsync(instance, gracefully: true);

    public Task KillSiloAsync(SiloHandle instance) => _cluster.StopSiloAsync(instance, gracefully: false);

    public async Task<SiloHandle?> RestartSiloAsync(SiloHandle instance)
    {
        await StopSiloAsync(instance);
        return await _cluster.StartSiloAsync(instance.Name);
    }

    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    public Task StopAllSilosAsync() => _cluster.StopAllSilosAsync();

    // Here every silo hears of a change before the call that made it returns.
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    public bool TryGetGrainContext(GrainId grainId, out IGrainContext? grainContext) =>
        _cluster.TryGetGrainContext(grainId, out grainContext);

    public Task WaitForDeactivationAsync(GrainId grainId) => _cluster.WaitForDeactivationAsync(grainId);

    public Task WaitForDeactivationAsync(IAddressable grain) => _cluster.WaitForDeactivationAsync(grain.GetGrainId());

    public Task DeactivateAsync(GrainId grainId) => _cluster.DeactivateAsync(grainId);

    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain.GetGrainId());

    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static IEnumerable<object> Create(IEnumerable<string?> types) =>
        types.Where(type => !string.IsNullOrWhiteSpace(type))
            .Select(type => Activator.CreateInstance(Type.GetType(type!, throwOnError: true)!)!);

    private IHost CreateSiloHost(int number, string name)
    {
        var builder = Host.CreateDefaultBuilder();
        builder.ConfigureHostConfiguration(AddSources);
        builder.ConfigureAppConfiguration(AddSources);
        var configurators = Create(Options.SiloBuilderConfiguratorTypes).ToList();
        configurators.OfType<IHostConfigurator>().ToList().ForEach(configurator => configurator.Configure(builder));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(20000 + number, 30000 + number, null, Options.ServiceId, Options.ClusterId);
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            configurators.OfType<ISiloConfigurator>().ToList().ForEach(configurator => configurator.Configure(silo));
        });
        return builder.Build();
    }

    private IHost CreateClientHost()
    {
        var builder = Host.CreateDefaultBuilder();
        builder.ConfigureAppConfiguration(AddSources);
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(serviceId: Options.ServiceId, clusterId: Options.ClusterId);
            foreach (var configurator in
                Create(Options.ClientBuilderConfiguratorTypes).OfType<IClientBuilderConfigurator>())
            {
                configurator.Configure(client.Configuration, client);
            }
        });
        return builder.Build();
    }

    private void AddSources(IConfigurationBuilder configuration)
    {
        foreach (var source in ConfigurationSources)
        {
            configuration.Add(source);
        }
    }
}
