namespace Orleans.Local.Engine;

/// <summary>Observers by stage: started upwards, stopped downwards; those of one stage together.</summary>
internal class LifecycleSubject : ILifecycleObservable
{
    private readonly List<Subscription> _subscriptions = new(1);
    private int? _reached;

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, observerName, stage, observer);
        lock (_subscriptions)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    public async Task StartAsync(CancellationToken token)
    {
        foreach (var stage in ByStage().OrderBy(stage => stage.Key))
        {
            token.ThrowIfCancellationRequested();
            _reached = stage.Key;
            await Task.WhenAll(stage.Select(subscription => Guarded(() => subscription.Observer.OnStart(token))));
            HighestCompletedStage = stage.Key;
        }
    }

    /// <summary>Stops what was reached. A failing observer does not keep the others from stopping.</summary>
    public async Task StopAsync(CancellationToken token, Action<string, Exception>? onError = null)
    {
        foreach (var stage in ByStage().Where(stage => stage.Key <= _reached).OrderByDescending(stage => stage.Key))
        {
            await Task.WhenAll(stage.Select(subscription => StopOne(subscription, token, onError)));
            LowestStoppedStage = stage.Key;
        }
    }

    private static async Task StopOne(
        Subscription subscription, CancellationToken token, Action<string, Exception>? onError)
    {
        try
        {
            await subscription.Observer.OnStop(token);
        }
        catch (Exception exception) when (onError is not null)
        {
            onError(subscription.Name, exception);
        }
    }

    // An observer that throws before its first await must not keep its neighbours from starting.
    private static async Task Guarded(Func<Task> start) => await start();

    private List<IGrouping<int, Subscription>> ByStage()
    {
        lock (_subscriptions)
        {
            return [.. _subscriptions.GroupBy(subscription => subscription.Stage)];
        }
    }

    private sealed class Subscription(
        LifecycleSubject owner, string name, int stage, ILifecycleObserver observer) : IDisposable
    {
        public string Name => name;

        public int Stage => stage;

        public ILifecycleObserver Observer => observer;

        public void Dispose()
        {
            lock (owner._subscriptions)
            {
                owner._subscriptions.Remove(this);
            }
        }
    }
}

/// <summary>The lifecycle of one activation.</summary>
internal sealed class GrainLifecycle : LifecycleSubject, IGrainLifecycle;

/// <summary>The lifecycle of one silo.</summary>
internal sealed class SiloLifecycle : LifecycleSubject, ISiloLifecycle;
