using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Postgres;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>Several stores over one log, as several processes have them.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly MemoryLog? _log;
    private readonly string? _database;
    private readonly Action<ObjectStoreOptions>? _configure;
    private readonly List<ObjectStore> _all = [];

    private Stores(MemoryLog? log, string? database, Action<ObjectStoreOptions>? configure) =>
        (_log, _database, _configure) = (log, database, configure);

    public IReadOnlyList<ObjectStore> All => _all;

    public static async Task<Stores> OpenAsync(
        Backend backend, int count, Action<ObjectStoreOptions>? configure = null, PostgresServer? server = null)
    {
        Skip.IfNot(backend != Backend.Postgres || PostgresServer.IsInstalled, PostgresServer.WhyNot);
        var options = new ObjectStoreOptions();
        configure?.Invoke(options);
        var stores = backend == Backend.Postgres
            ? new Stores(null, (server ?? PostgresServer.Shared).CreateDatabase(), configure)
            : new Stores(new(options), null, configure);
        for (var i = 0; i < count; i++) await stores.AddAsync();
        return stores;
    }

    public string Database => _database!.Split('/')[^1];

    public async Task<ObjectStore> AddAsync(TimeProvider? time = null)
    {
        var options = new ObjectStoreOptions { ConnectionString = _database };
        _configure?.Invoke(options);
        time ??= TimeProvider.System;
        IJournal journal = _log is not null
            ? new MemoryJournal(_log, time, options.FeedDelay)
            : new PostgresJournal(options, time, NullLogger<PostgresJournal>.Instance);
        var store = new ObjectStore(journal, options, time, NullLogger<ObjectStore>.Instance);
        _all.Add(store);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    /// <summary>Records every revision a store publishes, in the order it does.</summary>
    public static (List<long> Revisions, Func<long, Task> Reached) Record(ObjectStore store)
    {
        var revisions = new List<long>();
        store.Subscribe(changes =>
        {
            lock (revisions) revisions.AddRange(changes.Select(change => change.Revision));
        });
        return (revisions, revision => StoreFixture.Until(() => store.Revision >= revision));
    }

    /// <summary>Writes one object again and again, through whichever errors, and counts the outcomes.</summary>
    public static async Task<(int Acknowledged, int Doubtful)> CountUpAsync(
        ObjectStore store, string name, Func<int, bool> goOn)
    {
        var (acknowledged, doubtful) = (0, 0);
        StoredObject? stored = null;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var i = 1; goOn(acknowledged); i++)
        {
            try
            {
                stored = stored is null
                    ? await store.Create(Map(name, $"{i}"))
                    : await store.Update(stored, Map(name, $"{i}"));
                acknowledged++;
            }
            catch (StoreUnavailableException error)
            {
                if (error.IsOutcomeUnknown) doubtful++;
                await pause.WaitForNextTickAsync();
            }
            catch (RevisionMismatchException)
            {
                // Only a write whose outcome was unknown can have moved it.
                doubtful.ShouldBeGreaterThan(0);
                stored = await store.ReadAsync(stored?.Key ?? Api.Meta.KindRegistry.KeyOf(Map(name)));
            }
        }
        return (acknowledged, doubtful);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _all) await store.DisposeAsync();
    }
}
