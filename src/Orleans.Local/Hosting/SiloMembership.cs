namespace Orleans.Local.Engine;

/// <summary>Takes the silo into its cluster and out of it, stage by stage.</summary>
internal sealed class SiloMembership(Silo silo, IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(SiloMembership), ServiceLifecycleStage.RuntimeInitialize, Join, Leave);
        lifecycle.Subscribe(nameof(SiloMembership), ServiceLifecycleStage.GrainDeactivation, Ready, DeactivateGrains);
        lifecycle.Subscribe(nameof(SiloMembership), ServiceLifecycleStage.BecomeActive, Activate, BeginShutdown);
    }

    private static Task Ready(CancellationToken token) => Task.CompletedTask;

    private Task Join(CancellationToken token)
    {
        silo.Cluster.Join(silo, services.GetService<TurnScheduler>());
        return Task.CompletedTask;
    }

    private Task Activate(CancellationToken token)
    {
        silo.Cluster.SetStatus(silo, SiloStatus.Active);
        return Task.CompletedTask;
    }

    private Task BeginShutdown(CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            silo.Cluster.Kill(silo);
        }
        else
        {
            silo.Cluster.SetStatus(silo, SiloStatus.ShuttingDown);
        }

        return Task.CompletedTask;
    }

    private async Task DeactivateGrains(CancellationToken token)
    {
        try
        {
            await silo.DeactivateAllAsync(token);
        }
        catch (OperationCanceledException)
        {
            silo.Log.LogWarning("Silo {Silo} stops before all its grains were deactivated", silo);
            silo.Cluster.Kill(silo);
        }
    }

    private Task Leave(CancellationToken token)
    {
        silo.Cluster.SetStatus(silo, SiloStatus.Stopping);
        silo.Cluster.SetStatus(silo, SiloStatus.Dead);
        silo.Close("the silo has stopped");
        return Task.CompletedTask;
    }
}
