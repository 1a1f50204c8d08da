using Microsoft.Extensions.Logging;
using Orchestrator.Simulations.Faults;
using Orchestrator.Storage;

namespace Orchestrator.Simulations;

/// <summary>A silo's own store and cache over the log that all silos share.</summary>
internal sealed class SiloStore : IAsyncDisposable
{
    private const double LateNews = 0.05;
    private static readonly TimeSpan FeedDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LateFeedDelay = TimeSpan.FromMilliseconds(500);

    private SiloStore(ShakyJournal journal, ObjectStoreOptions options, TimeProvider clock, ILogger<ObjectStore> logger)
    {
        Journal = journal;
        Store = new ObjectStore(journal, options, clock, logger);
        Cache = new WatchCache(Store, options);
    }

    public ShakyJournal Journal { get; }

    public ObjectStore Store { get; }

    public WatchCache Cache { get; }

    /// <summary>Opens one on what the log holds now.</summary>
    public static async Task<SiloStore> OpenAsync(
        MemoryLog log, ObjectStoreOptions options, Func<IJournal, ShakyJournal> shaky, TimeProvider clock,
        Chance chance, ILogger<ObjectStore> logger)
    {
        var journal = new MemoryJournal(log, clock, Late);
        var opened = new SiloStore(shaky(journal), options, clock, logger);
        await opened.Store.OpenAsync(CancellationToken.None);
        await opened.Cache.StartAsync();
        return opened;

        TimeSpan Late() => chance.Around(chance.Hits(LateNews) ? LateFeedDelay : FeedDelay);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Cache.Dispose();
    }
}
