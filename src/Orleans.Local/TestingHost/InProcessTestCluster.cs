using System.Collections.ObjectModel;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in this process, configured by delegates.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly LocalTestCluster _cluster;

    internal InProcessTestCluster(InProcessTestClusterOptions options)
    {
        Options = options;
        var id = new ClusterOptions { ClusterId = options.ClusterId, ServiceId = options.ServiceId };
        _cluster = new LocalTestCluster(id, CreateSiloHost, CreateClientHost);
    }

    public InProcessTestClusterOptions Options { get; }

    public ReadOnlyCollection<InProcessSiloHandle> Silos => new([.. _cluster.Silos]);

    public IClusterClient Client => _cluster.Client;

    public Task DeployAsync() => _cluster.DeployAsync(Options.InitialSilosCount, Options.InitializeClientOnDeploy);

    public Task InitializeClientAsync() => _cluster.StartClientAsync();

    public Task StopClusterClientAsync() => _cluster.StopClientAsync();

    public Task KillClientAsync() => _cluster.StopClientAsync();

    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => Silos.Where(silo => silo.IsActive);

    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) =>
        GetActiveSilos().FirstOrDefault(silo => silo.SiloAddress == siloAddress);

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) => silo is null
        ? _cluster.Silos[0].ServiceProvider
        : _cluster.Silos.First(handle => handle.SiloAddress == silo).ServiceProvider;

    public Task<InProcessSiloHandle> StartAdditionalSiloAsync() => _cluster.StartSiloAsync();

    public InProcessSiloHandle StartAdditionalSilo() => StartAdditionalSiloAsync().GetAwaiter().GetResult();

    public async Task<List<InProcessSiloHandle>> StartSilosAsync(int silosToStart)
    {
        List<InProcessSiloHandle> started = [];
        for (var index = 0; index < silosToStart; index++)
        {
            started.Add(await StartAdditionalSiloAsync());
        }

        return started;
    }

    public Task StopSiloAsync(InProcessSiloHandle instance) => _cluster.StopSiloAsync(instance, gracefully: true);

    public Task KillSiloAsync(InProcessSiloHandle instance) => _cluster.StopSiloAsync(instance, gracefully: false);

    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
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

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private IHost CreateSiloHost(int number, string name)
    {
        var specific = new InProcessTestSiloSpecificOptions
        {
            SiloPort = 20000 + number,
            GatewayPort = 30000 + number,
            SiloName = name
        };
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(specific.SiloPort, specific.GatewayPort, null, Options.ServiceId, Options.ClusterId)
            .Configure<SiloOptions>(options => options.SiloName = name));
        Options.SiloHostConfigurationDelegates.ForEach(configure => configure(specific, builder));
        return builder.Build();
    }

    private IHost CreateClientHost()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleansClient(
            client => client.UseLocalhostClustering(serviceId: Options.ServiceId, clusterId: Options.ClusterId));
        Options.ClientHostConfigurationDelegates.ForEach(configure => configure(builder));
        return builder.Build();
    }
}
