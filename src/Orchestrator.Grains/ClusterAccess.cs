using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Events;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Storage;

namespace Orchestrator.Grains;

/// <summary>What every grain reads and uses of its cluster; one per silo.</summary>
internal sealed class ClusterAccess
{
    public ClusterAccess(
        IWatchCache cache, IObjectStore store, TimeProvider time, IIdSource ids, EventRecorder events,
        GrainOptions options, ILoggerFactory loggers)
    {
        (Cache, Store, Time, Ids, Events, Options, Loggers) = (cache, store, time, ids, events, options, loggers);
        Barrier = new(store, time, options.CatchUpTimeout, loggers.CreateLogger<StoreBarrier>());
        Lookups = new()
        {
            DependentsOf = uid => cache.OwnedBy(uid).Select(item => item.Key),
            InNamespace = (kind, ns) => cache.List(kind, ns).Items.Select(item => item.Object),
            All = kind => cache.List(kind).Items.Select(item => item.Object),
            Find = key => cache.Find(key)?.Object,
            IsTerminating = IsTerminating,
            Declared = cache.FindCustomByName,
        };
    }

    public IWatchCache Cache { get; }

    public IObjectStore Store { get; }

    public TimeProvider Time { get; }

    public IIdSource Ids { get; }

    public EventRecorder Events { get; }

    public GrainOptions Options { get; }

    public ILoggerFactory Loggers { get; }

    /// <summary>Who signs the tokens of pods; null where nobody does.</summary>
    public IPodTokens? Tokens { get; init; }

    /// <summary>How a pass makes sure that it sees what other silos wrote.</summary>
    public StoreBarrier Barrier { get; }

    /// <summary>What the planner of nudges looks up.</summary>
    public NudgeLookups Lookups { get; }

    /// <summary>The time now, in whole seconds as the API writes it.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = Time.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }
    }

    /// <summary>The namespace is being deleted.</summary>
    public bool IsTerminating(string ns) =>
        Cache.Find(Namespace.Kind.KeyOf("", ns))?.Object.Metadata.DeletionTimestamp is not null;

    /// <summary>The namespace is being deleted, or is gone: what is still in it has to go.</summary>
    public bool IsLeaving(string ns) =>
        Cache.Find(Namespace.Kind, "", ns) is not { Metadata.DeletionTimestamp: null };

    /// <inheritdoc cref="StoreBarrier.CatchUpAsync" />
    public ValueTask CatchUp() => Barrier.CatchUpAsync();

    /// <summary>
    /// The namespace as it stands. One that is missing here is looked for again among what other silos wrote.
    /// </summary>
    public async ValueTask<Namespace?> FindNamespace(string name)
    {
        if (Cache.Find(Namespace.Kind, "", name) is { } known) return known;
        await CatchUp();
        return Cache.Find(Namespace.Kind, "", name);
    }

    /// <summary>Sends nudges; they are one-way and may be lost.</summary>
    public static void Send(IGrainFactory grains, IReadOnlyList<Nudge> nudges)
    {
        foreach (var nudge in nudges)
        {
            _ = nudge switch
            {
                Nudge.Object obj => grains.Object(obj.Key).Nudge(),
                Nudge.Node node => grains.GetGrain<INodeGrain>(node.Name).Nudge(),
                Nudge.Scheduler scheduler => grains.GetGrain<ISchedulerGrain>(scheduler.Name).Nudge(),
                _ => throw new System.Diagnostics.UnreachableException($"nobody to tell of {nudge}"),
            };
        }
    }
}
