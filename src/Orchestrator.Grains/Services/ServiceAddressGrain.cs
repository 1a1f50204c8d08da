using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Services;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Services;

/// <summary>
/// Gives out addresses and node ports, one service at a time. It keeps nothing but what it gave away a moment ago: all
/// else is read from the services that are stored, so nothing leaks when a write fails.
/// </summary>
internal sealed class ServiceAddressGrain(ClusterAccess cluster) : Grain, IServiceAddressGrain
{
    // Longer than any write takes from here to the store.
    private static readonly TimeSpan PromiseMax = TimeSpan.FromMinutes(2);
    private readonly Dictionary<ObjectKey, Promise> _promises = [];

    public async Task<Service> Fill(Service service, bool isPromised)
    {
        await cluster.CatchUp();
        var (key, now) = (KindRegistry.KeyOf(service), cluster.Time.GetUtcNow());
        Forget(now);
        var others = cluster.Cache.List(Service.Kind).Items.Where(item => item.Key != key)
            .Select(item => (Service)item.Object)
            .Concat(_promises.Where(promise => promise.Key != key).Select(promise => promise.Value.Service));
        var filled = ServiceAddresses.Fill(service, others);
        if (isPromised)
        {
            _promises[key] = new(filled, now, cluster.Cache.Revision);
            // The next activation would not know of it.
            DelayDeactivation(PromiseMax);
        }
        return filled;
    }

    public Task Settle(string key)
    {
        _promises.Remove(ObjectKey.Parse(key));
        return Task.CompletedTask;
    }

    // A service that was written since its promise says itself what it has.
    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, promise) in _promises.ToList())
        {
            if (now - promise.Since > PromiseMax || cluster.Cache.Find(key)?.Revision > promise.Revision)
                _promises.Remove(key);
        }
    }

    private sealed record Promise(Service Service, DateTimeOffset Since, long Revision);
}
