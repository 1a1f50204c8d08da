using System.Collections.Concurrent;

namespace Orleans.Local.Engine;

/// <summary>One silo: the services its grains live in, and the calls it makes.</summary>
internal sealed class Silo : ICallRuntime, ILocalSiloDetails, IDisposable
{
    private readonly ConcurrentDictionary<GrainId, List<Activation>> _workers = new();
    private readonly ConcurrentDictionary<GrainClass, ILogger> _logs = new();
    private readonly ILoggerFactory _loggers;
    private int _activationCount;

    public Silo(
        IServiceProvider services, IOptions<ClusterOptions> cluster, IOptions<SiloOptions> silo,
        IOptions<EndpointOptions> endpoint,
        IOptions<SiloMessagingOptions> messaging, IOptions<GrainCollectionOptions> collection, ILoggerFactory loggers)
    {
        Services = services;
        Cluster = LocalCluster.Of(cluster.Value);
        SiloAddress =
            SiloAddress.New(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort, Cluster.NextGeneration());
        Name = silo.Value.SiloName ?? $"Silo_{endpoint.Value.SiloPort}";
        CollectionOptions = collection.Value;
        WaitForCancellationAcknowledgement = messaging.Value.WaitForCancellationAcknowledgement;
        _loggers = loggers;
        Log = loggers.CreateLogger("Orleans.Silo");
        Time = services.TimeFor(TimeProviderNames.ActivationManagement);
        Timeouts = new CallTimeouts(services.TimeFor(TimeProviderNames.Messaging), messaging.Value.ResponseTimeout);
        Oracle = new SiloStatusOracle(this);
        Factory = new GrainFactory(this);
    }

    public IServiceProvider Services { get; }

    public LocalCluster Cluster { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress => SiloAddress;

    public string Name { get; }

    public string ClusterId => Cluster.Id.ClusterId;

    public string DnsHostName => Environment.MachineName;

    public GrainCollectionOptions CollectionOptions { get; }

    public TimeProvider Time { get; }

    public CallTimeouts Timeouts { get; }

    public ILogger Log { get; }

    public SiloStatusOracle Oracle { get; }

    public GrainFactory Factory { get; }

    public bool WaitForCancellationAcknowledgement { get; }

    public string? ClosedBecause { get; private set; }

    public SiloStatus Status => Cluster.StatusOf(SiloAddress);

    public int ActivationCount => Volatile.Read(ref _activationCount);

    // Resolved on first use, for filters may ask for the grain factory of this silo in their constructors.
    public IIncomingGrainCallFilter[] IncomingFilters =>
        field ??= [.. Services.GetServices<IIncomingGrainCallFilter>()];

    public IOutgoingGrainCallFilter[] OutgoingFilters =>
        field ??= [.. Services.GetServices<IOutgoingGrainCallFilter>()];

    public PlacementStrategy DefaultPlacement => field ??= Services.GetRequiredService<PlacementStrategy>();

    Silo? ICallRuntime.Silo => this;

    public ILogger LogOf(GrainClass grainClass) =>
        _logs.GetOrAdd(grainClass, static (key, loggers) => loggers.CreateLogger(key.Type.FullName!), _loggers);

    public object Cast(GrainReference reference, Type interfaceType) => Factory.Cast(reference, interfaceType);

    public TimeSpan CollectionAgeOf(GrainClass grainClass) => grainClass.CollectionAge
        ?? (CollectionOptions.ClassSpecificCollectionAge.TryGetValue(grainClass.Type.FullName!, out var age)
            ? age
            : CollectionOptions.CollectionAge);

    public void CountActivation(int change) => Interlocked.Add(ref _activationCount, change);

    public Activation WorkerFor(GrainId id, GrainClass grainClass, StatelessWorkerPlacement placement)
    {
        var workers = _workers.GetOrAdd(id, static _ => []);
        lock (workers)
        {
            var idlest = workers.MinBy(worker => worker.Load);
            if (idlest is not null && (idlest.Load == 0 || workers.Count >= placement.MaxLocal))
            {
                return idlest;
            }

            var worker = new Activation(id, grainClass, this);
            CountActivation(1);
            workers.Add(worker);
            return worker;
        }
    }

    public void RemoveWorker(Activation activation)
    {
        if (_workers.TryGetValue(activation.GrainId, out var workers))
        {
            lock (workers)
            {
                workers.Remove(activation);
            }
        }
    }

    public List<Activation> Workers() => [.. _workers.Values.SelectMany(workers =>
    {
        lock (workers)
        {
            return workers.ToArray();
        }
    })];

    public List<Activation> Activations() =>
        [.. Cluster.Activations.Where(activation => activation.Silo == this).Concat(Workers())
            .OrderBy(activation => activation.GrainId)];

    /// <summary>Deactivates everything, for the silo is about to stop.</summary>
    public async Task DeactivateAllAsync(CancellationToken token)
    {
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, $"Silo {Name} is shutting down.");
        while (Activations() is { Count: > 0 } activations)
        {
            activations.ForEach(activation => activation.Deactivate(reason, token));
            await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(token);
        }
    }

    /// <summary>No more calls leave; those that wait are told.</summary>
    public void Close(string reason)
    {
        ClosedBecause = reason;
        foreach (var call in Timeouts.Waiting())
        {
            call.Reject(new SiloUnavailableException(
                $"The local Orleans host is shutting down and can no longer process the request: {call}."));
        }
    }

    public void Dispose() => Timeouts.Dispose();

    public override string ToString() => $"{Name} ({SiloAddress})";
}
