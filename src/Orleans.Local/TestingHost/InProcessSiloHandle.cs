namespace Orleans.TestingHost;

/// <summary>A silo with its host, in this process.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private bool _isActive = true;

    public IHost SiloHost { get; init; } = null!;

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public override bool IsActive => _isActive;

    internal Silo Silo => ServiceProvider.GetRequiredService<Silo>();

    public override async Task StopSiloAsync(bool stopGracefully)
    {
        if (!stopGracefully)
        {
            Silo.Cluster.Kill(Silo);
        }

        await StopSiloAsync(new CancellationToken(!stopGracefully));
    }

    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (!_isActive)
        {
            return;
        }

        _isActive = false;
        try
        {
            await SiloHost.StopAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // A killed silo does not finish its shutdown; that is the point of it.
            Silo.Log.LogInformation("Silo {Silo} was killed", Silo);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await StopSiloAsync(true);
        if (SiloHost is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
