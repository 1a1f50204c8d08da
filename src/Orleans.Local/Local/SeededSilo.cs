namespace Orleans.Local;

/// <summary>One silo of a <see cref="SeededCluster"/>.</summary>
public sealed class SeededSilo
{
    private readonly ServiceProvider _services;

    internal SeededSilo(ServiceProvider services)
    {
        _services = services;
        Silo = services.GetRequiredService<Silo>();
    }

    public IServiceProvider Services => _services;

    public SiloAddress SiloAddress => Silo.SiloAddress;

    public string Name => Silo.Name;

    internal Silo Silo { get; }

    internal async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    internal async Task StopAsync(CancellationToken token)
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(token);
        }

        await _services.DisposeAsync();
    }
}
