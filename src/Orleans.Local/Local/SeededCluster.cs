namespace Orleans.Local;

/// <summary>
/// A cluster under a <see cref="SeededScheduler"/>, without hosts: starting, stopping and killing a silo never leaves
/// the thread of the run. Everything is to be called inside <see cref="SeededScheduler.Run(Func{Task})"/>.
/// </summary>
public sealed class SeededCluster : IAsyncDisposable
{
    private static int _clusters;
    private readonly SeededScheduler _scheduler;
    private readonly ClusterOptions _id;
    private readonly Action<ISiloBuilder> _configureSilo;
    private readonly List<SeededSilo> _silos = [];
    private readonly ServiceProvider _client;
    private int _started;

    public SeededCluster(
        SeededScheduler scheduler, Action<ISiloBuilder> configureSilo, Action<IClientBuilder>? configureClient = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        (_scheduler, _configureSilo) = (scheduler, configureSilo);
        // Only this process must tell clusters apart, and by what shows in no message: a history must not.
        _id = new ClusterOptions
        {
            ClusterId = "seeded",
            ServiceId = $"seeded-{Interlocked.Increment(ref _clusters)}",
        };
        var services = new ServiceCollection();
        DefaultServices.AddClient(services, new ConfigurationBuilder().Build(), client =>
        {
            client.UseLocalhostClustering(serviceId: _id.ServiceId, clusterId: _id.ClusterId);
            client.Services.AddSingleton(scheduler.Turns);
            client.Services.AddSingleton<TimeProvider>(scheduler.Clock);
            configureClient?.Invoke(client);
        });
        _client = services.BuildServiceProvider();
    }

    /// <summary>The way to the grains from outside of every silo.</summary>
    public IGrainFactory Client => _client.GetRequiredService<IGrainFactory>();

    /// <summary>The silos that run, in the order of their starts.</summary>
    public IReadOnlyList<SeededSilo> Silos => _silos;

    /// <summary>One more silo, with an endpoint no silo had before.</summary>
    public async Task<SeededSilo> StartSiloAsync()
    {
        const int firstPort = 20000;
        var number = _started++;
        var services = new ServiceCollection();
        DefaultServices.AddSilo(services, new ConfigurationBuilder().Build(), silo =>
        {
            silo.UseLocalhostClustering(firstPort + number, 0, null, _id.ServiceId, _id.ClusterId)
                .Configure<SiloOptions>(options => options.SiloName = $"silo-{number}")
                .UseSeededScheduler(_scheduler);
            _configureSilo(silo);
        });
        var started = new SeededSilo(services.BuildServiceProvider());
        await started.StartAsync();
        _silos.Add(started);
        return started;
    }

    /// <summary>The silo says goodbye: its grains are deactivated first.</summary>
    public async Task StopSiloAsync(SeededSilo silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        if (_silos.Remove(silo))
        {
            await silo.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>The silo is gone at once: not one more turn of it runs.</summary>
    public async Task KillSiloAsync(SeededSilo silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        if (_silos.Remove(silo))
        {
            silo.Silo.Cluster.Kill(silo.Silo);
            await silo.StopAsync(new CancellationToken(true));
        }
    }

    /// <summary>Lets go of a cluster whose run has failed, where nothing can be stopped any more.</summary>
    public void Abandon() => LocalCluster.Forget(_id);

    /// <summary>Kills what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.ToArray())
        {
            await KillSiloAsync(silo);
        }

        await _client.DisposeAsync();
        LocalCluster.Forget(_id);
    }
}
