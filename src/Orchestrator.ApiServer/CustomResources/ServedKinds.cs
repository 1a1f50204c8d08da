using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.ApiServer.Discovery;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.CustomResources;

/// <summary>
/// All that is served now: the kinds of the product and those that users declared. What is said of them is worked out
/// anew only when a definition came, changed or went.
/// </summary>
internal sealed class ServedKinds(IWatchCache cache)
{
    private Seen _seen = new([], DiscoveryModel.BuiltIn);

    /// <summary>The model of discovery at this moment; the same instance while no definition changes.</summary>
    public DiscoveryModel Model
    {
        get
        {
            var definitions = cache.List(CustomResourceDefinition.Kind).Items;
            var seen = Volatile.Read(ref _seen);
            // A list is a new one when anything in it is.
            if (ReferenceEquals(seen.Definitions, definitions)) return seen.Model;
            var customs = cache.CustomKinds().ToList();
            var next = new Seen(definitions, customs.Count == 0 ? DiscoveryModel.BuiltIn : new DiscoveryModel(customs));
            Volatile.Write(ref _seen, next);
            return next.Model;
        }
    }

    private sealed record Seen(IReadOnlyList<StoredObject> Definitions, DiscoveryModel Model);
}

/// <summary>Something worked out of what is served, kept while that does not change.</summary>
internal sealed class OfServed<T>(ServedKinds served, Func<DiscoveryModel, T> make) where T : class
{
    private (DiscoveryModel Model, T Made)? _kept;
    private readonly Lock _gate = new();

    /// <summary>What goes with what is served now.</summary>
    public T Now
    {
        get
        {
            var model = served.Model;
            lock (_gate)
            {
                if (_kept is not { } kept || !ReferenceEquals(kept.Model, model)) _kept = kept = (model, make(model));
                return kept.Made;
            }
        }
    }
}
