using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Orleans.Local.Engine;

/// <summary>
/// All silos of this process that share a cluster id and a service id: one directory, one view of who is up.
/// </summary>
internal sealed class LocalCluster
{
    private static readonly ConcurrentDictionary<(string, string), LocalCluster> Known = new();
    private readonly ConcurrentDictionary<GrainId, Activation> _directory = new();
    private readonly ConcurrentDictionary<string, object> _shared = new();
    private readonly Lock _lock = new();
    private ImmutableArray<Silo> _silos = [];
    private ImmutableDictionary<SiloAddress, (SiloStatus Status, string Name)> _members =
        ImmutableDictionary<SiloAddress, (SiloStatus, string)>.Empty;

    private long _serial;
    private uint _chance;
    private int _generation;

    private LocalCluster((string, string) id)
    {
        Id = id;
        _chance = Scheduler.Chance;
    }

    public (string ClusterId, string ServiceId) Id { get; }

    public TurnScheduler Scheduler { get; private set; } = ThreadPoolTurnScheduler.Instance;

    public ILogger Log { get; private set; } = NullLogger.Instance;

    public ImmutableArray<Silo> Silos => _silos;

    public ImmutableDictionary<SiloAddress, (SiloStatus Status, string Name)> Members => _members;

    public IEnumerable<Activation> Activations => _directory.Values;

    public static LocalCluster Of(ClusterOptions options) =>
        Known.GetOrAdd((options.ClusterId, options.ServiceId), id => new(id));

    /// <summary>A test cluster is over: nothing of it must outlive it.</summary>
    public static void Forget(ClusterOptions options) => Known.TryRemove((options.ClusterId, options.ServiceId), out _);

    public int NextGeneration() => Interlocked.Increment(ref _generation);

    public long NextSerial() => Interlocked.Increment(ref _serial);

    /// <summary>Something there is one of per cluster, such as the tables of the in-memory providers.</summary>
    public T Shared<T>(string name, Func<T> create) where T : class =>
        (T)_shared.GetOrAdd($"{typeof(T)}/{name}", _ => create());

    public int Chance(int below)
    {
        lock (_lock)
        {
            _chance ^= _chance << 13;
            _chance ^= _chance >> 17;
            _chance ^= _chance << 5;
            return (int)(_chance % (uint)below);
        }
    }

    public void Join(Silo silo, TurnScheduler? scheduler)
    {
        lock (_lock)
        {
            if (_silos.FirstOrDefault(
                other => other.SiloAddress.Endpoint.Equals(silo.SiloAddress.Endpoint)) is { } holder)
            {
                throw new OrleansConfigurationException(
                    $"Silo {silo.Name} cannot join cluster {Id.ClusterId}: {holder.Name} already has the endpoint " +
                    $"{silo.SiloAddress.Endpoint}. Give each silo of a process its own port.");
            }

            if (scheduler is not null && scheduler != Scheduler)
            {
                Scheduler = scheduler;
                _chance = scheduler.Chance;
            }

            Log = silo.Log;
            _silos = _silos.Add(silo);
        }

        SetStatus(silo, SiloStatus.Joining);
    }

    public void SetStatus(Silo silo, SiloStatus status)
    {
        lock (_lock)
        {
            if (_members.TryGetValue(silo.SiloAddress, out var member) && member.Status >= status)
            {
                return;
            }

            _members = _members.SetItem(silo.SiloAddress, (status, silo.Name));
            if (status == SiloStatus.Dead)
            {
                _silos = _silos.Remove(silo);
            }
        }

        foreach (var listener in _silos.Add(silo).Distinct().ToArray())
        {
            listener.Oracle.Notify(silo.SiloAddress, status);
        }
    }

    public SiloStatus StatusOf(SiloAddress address) =>
        _members.TryGetValue(address, out var member) ? member.Status : SiloStatus.None;

    public Silo? Find(SiloAddress address) => _silos.FirstOrDefault(silo => silo.SiloAddress.Equals(address));

    public Silo[] ActiveSilos() => [.. _silos.Where(silo => silo.Status == SiloStatus.Active)];

    public Activation? Lookup(GrainId id) => _directory.TryGetValue(id, out var activation) ? activation : null;

    public void Unregister(Activation activation)
    {
        if (activation.Class.Placement is StatelessWorkerPlacement)
        {
            activation.Silo.RemoveWorker(activation);
        }
        else if (!_directory.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation)))
        {
            return;
        }

        activation.Silo.CountActivation(-1);
    }

    /// <summary>Brings a call to the activation of its grain, making one where there is none.</summary>
    public void Route(Call call)
    {
        try
        {
            if (_directory.TryGetValue(call.TargetId, out var activation) && activation.Enqueue(call))
            {
                return;
            }

            RouteToNew(call);
        }
        catch (Exception exception)
        {
            call.Reject(exception);
        }
    }

    /// <summary>The silo is gone without a goodbye: its turns stop and whoever waits for it is told.</summary>
    public void Kill(Silo silo)
    {
        SetStatus(silo, SiloStatus.Dead);
        List<WorkRequest> lost = [];
        var dead = _directory.Values.Where(activation => activation.Silo == silo).Concat(silo.Workers());
        foreach (var activation in dead.OrderBy(activation => activation.GrainId).ToList())
        {
            lost.AddRange(activation.Silence());
            activation.DisposeTimers();
            Unregister(activation);
        }

        foreach (var request in lost)
        {
            request.Reject(new SiloUnavailableException($"The target silo became unavailable for message: {request}."));
        }

        silo.Close("it was killed");
    }

    private void RouteToNew(Call call)
    {
        var grainClass = GrainTypes.ClassOf(call.TargetId.Type);
        if (grainClass.Placement is StatelessWorkerPlacement workers)
        {
            var local = call.Runtime.Silo is { Status: SiloStatus.Active } own ? own : AnyActive(call);
            local.WorkerFor(call.TargetId, grainClass, workers).Enqueue(call);
            return;
        }

        var placed = PlacementService.Place(call, grainClass, this);
        if (placed.IsCompletedSuccessfully)
        {
            Deliver(call, grainClass, placed.Result);
        }
        else
        {
            _ = DeliverWhenPlaced(call, grainClass, placed);
        }
    }

    private async Task DeliverWhenPlaced(Call call, GrainClass grainClass, Task<SiloAddress> placed)
    {
        try
        {
            Deliver(call, grainClass, await placed);
        }
        catch (Exception exception)
        {
            call.Reject(exception);
        }
    }

    private void Deliver(Call call, GrainClass grainClass, SiloAddress address)
    {
        var silo = Find(address) is { Status: SiloStatus.Active } found ? found : AnyActive(call);
        while (true)
        {
            var fresh = new Activation(call.TargetId, grainClass, silo);
            var winner = _directory.GetOrAdd(call.TargetId, fresh);
            if (ReferenceEquals(winner, fresh))
            {
                silo.CountActivation(1);
            }

            if (winner.Enqueue(call))
            {
                return;
            }

            // It ended between the look and the call; whoever ends removes itself, this only makes sure.
            Unregister(winner);
        }
    }

    private Silo AnyActive(Call call)
    {
        var active = ActiveSilos();
        return active.Length > 0
            ? active[Chance(active.Length)]
            : throw new SiloUnavailableException(
                $"{call} cannot be placed: no silo of cluster {Id.ClusterId} is active.");
    }
}
