namespace Orleans.Local.Engine;

/// <summary>Runs the lifecycle of a silo inside its host.</summary>
internal sealed class SiloHostedService(
    Silo silo, SiloLifecycle lifecycle, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants)
        : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var participant in participants)
        {
            participant.Participate(lifecycle);
        }

        try
        {
            await lifecycle.StartAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            silo.Log.LogError(exception, "Silo {Silo} did not start", silo);
            await StopAsync(new CancellationToken(true));
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => lifecycle.StopAsync(
        cancellationToken,
        (name, exception) => silo.Log.LogError(exception, "{Observer} failed while silo {Silo} stopped", name, silo));
}
