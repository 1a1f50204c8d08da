using Orleans.TestingHost;

namespace Orleans.Local.Engine;

/// <summary>What both kinds of test cluster do: start, stop and kill silos, and hold a client.</summary>
internal sealed class LocalTestCluster(
    ClusterOptions id, Func<int, string, IHost> createSiloHost, Func<IHost> createClientHost)
{
    private readonly List<InProcessSiloHandle> _silos = [];
    private IHost? _clientHost;
    private int _started;

    public IReadOnlyList<InProcessSiloHandle> Silos
    {
        get
        {
            lock (_silos)
            {
                return [.. _silos];
            }
        }
    }

    public IClusterClient Client => ClientServices.GetRequiredService<IClusterClient>();

    public IServiceProvider ClientServices => _clientHost?.Services
        ?? throw new InvalidOperationException(
            "The cluster has no client; deploy it or call InitializeClientAsync first.");

    public async Task DeployAsync(int silos, bool withClient)
    {
        for (var index = 0; index < silos; index++)
        {
            await StartSiloAsync();
        }

        if (withClient)
        {
            await StartClientAsync();
        }
    }

    public async Task<InProcessSiloHandle> StartSiloAsync(string? name = null)
    {
        var number = Interlocked.Increment(ref _started) - 1;
        name ??= number == 0 ? "Primary" : $"Secondary_{number}";
        var host = createSiloHost(number, name);
        using (Outside(host))
        {
            await host.StartAsync();
        }

        var silo = host.Services.GetRequiredService<Silo>();
        var handle = new InProcessSiloHandle
        {
            SiloHost = host,
            Name = name,
            InstanceNumber = (short)number,
            SiloAddress = silo.SiloAddress,
            GatewayAddress = silo.SiloAddress,
        };
        lock (_silos)
        {
            _silos.Add(handle);
        }

        return handle;
    }

    public async Task StopSiloAsync(SiloHandle handle, bool gracefully)
    {
        var silo = (InProcessSiloHandle)handle;
        using (Outside(silo.SiloHost))
        {
            await silo.StopSiloAsync(gracefully);
        }

        lock (_silos)
        {
            _silos.Remove(silo);
        }
    }

    public async Task StopAllSilosAsync()
    {
        await StopClientAsync();
        foreach (var silo in Silos.Reverse())
        {
            await StopSiloAsync(silo, gracefully: true);
        }
    }

    public async Task StartClientAsync()
    {
        await StopClientAsync();
        _clientHost = createClientHost();
        using (Outside(_clientHost))
        {
            await _clientHost.StartAsync();
        }
    }

    public async Task StopClientAsync()
    {
        if (_clientHost is { } host)
        {
            _clientHost = null;
            using (Outside(host))
            {
                await host.StopAsync();
                await DisposeHostAsync(host);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        var silos = Silos;
        await StopAllSilosAsync();
        foreach (var silo in silos)
        {
            using (Outside(silo.SiloHost))
            {
                await silo.DisposeAsync();
            }
        }

        LocalCluster.Forget(id);
    }

    public bool TryGetGrainContext(GrainId grainId, out IGrainContext? context)
    {
        context = LocalCluster.Of(id).Lookup(grainId);
        return context is not null;
    }

    public Task WaitForDeactivationAsync(GrainId grainId) =>
        TryGetGrainContext(grainId, out var context) ? context!.Deactivated : Task.CompletedTask;

    public async Task DeactivateAsync(GrainId grainId)
    {
        if (TryGetGrainContext(grainId, out var context))
        {
            context!.Deactivate(
                new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateAsync was called."));
            await context.Deactivated;
        }
    }

    // Hosts hop over the thread pool when they start and stop.
    private static IDisposable? Outside(IHost host) => host.Services.GetService<TurnScheduler>()?.Outside();

    private static async ValueTask DisposeHostAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }
}
