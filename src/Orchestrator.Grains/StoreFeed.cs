using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains;

/// <summary>Hears of every commit on this silo, from before its grains are there until it stops.</summary>
internal abstract class StoreFeed(IObjectStore store) : ILifecycleParticipant<ISiloLifecycle>
{
    private IDisposable? _subscription;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(GetType().Name, ServiceLifecycleStage.RuntimeInitialize, Start, Stop);

    /// <summary>Called between commits, so it must be quick.</summary>
    protected abstract void OnChanges(IReadOnlyList<ObjectChange> changes);

    private Task Start(CancellationToken cancellation)
    {
        _subscription = store.Subscribe(OnChanges);
        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken cancellation)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }
}
