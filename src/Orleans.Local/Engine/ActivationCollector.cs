namespace Orleans.Local.Engine;

/// <summary>Deactivates what has been idle for too long, once per quantum.</summary>
internal sealed class ActivationCollector(Silo silo) : ILifecycleParticipant<ISiloLifecycle>
{
    private ITimer? _timer;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(ActivationCollector), ServiceLifecycleStage.RuntimeServices, Start, Stop);

    /// <summary>Collects what is idle now; returns how much that was.</summary>
    public int Collect(TimeSpan? ageLimit = null)
    {
        var now = silo.Time.GetTimestamp();
        return silo.Activations().Count(activation => activation.CollectIfIdle(now, ageLimit));
    }

    private Task Start(CancellationToken token)
    {
        var quantum = silo.CollectionOptions.CollectionQuantum;
        _timer = silo.Time.CreateTimer(_ => Collect(), null, quantum, quantum);
        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken token)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }
}
