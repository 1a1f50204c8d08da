using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage.Tests;

/// <summary>A store under test, on one of the journals, with a clock and faults.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    private readonly Backend _backend;
    private MemoryJournal? _memory;
    private MemoryLog? _log;

    protected StoreFixture(Backend backend)
    {
        _backend = backend;
        Options = new()
        {
            DataDirectory = backend == Backend.Sqlite ? Directory.CreateTempSubdirectory("store").FullName : null,
            // The clock stands still: who waits by it waits for ever.
            SettleTimeout = TimeSpan.Zero,
            // That of the database does not.
            TurnTimeout = 2 * Given.Patience,
            DatabaseTimeout = 2 * Given.Patience,
        };
    }

    internal ObjectStoreOptions Options { get; }

    internal ManualTime Time { get; } = new();

    internal FaultyJournal Journal { get; private set; } = null!;

    internal ObjectStore Store { get; private set; } = null!;

    public Task InitializeAsync()
    {
        if (_backend == Backend.Postgres)
        {
            Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
            Options.ConnectionString = PostgresServer.Shared.CreateDatabase();
        }
        return OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        if (Options.DataDirectory is { } directory) Directory.Delete(directory, recursive: true);
    }

    /// <summary>Closes the store and opens another on what it left.</summary>
    internal async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    internal async Task<WatchCache> CacheAsync()
    {
        var cache = new WatchCache(Store, Options);
        await cache.StartAsync();
        return cache;
    }

    /// <summary>Waits until something is so, and fails when that takes too long.</summary>
    internal static async Task Until(Func<bool> isSo)
    {
        using var deadline = new CancellationTokenSource(Given.Patience);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isSo()) await look.WaitForNextTickAsync(deadline.Token);
    }

    private async Task OpenAsync()
    {
        Journal = new(_backend switch
        {
            Backend.Sqlite => new SqliteJournal(Options),
            Backend.Postgres =>
                new PostgresJournal(Options, TimeProvider.System, NullLogger<PostgresJournal>.Instance),
            Backend.SharedMemory => new MemoryJournal(_log ??= new(Options), Time),
            _ => _memory ??= new(Options),
        });
        Store = new(Journal, Options, Time, NullLogger<ObjectStore>.Instance);
        await Store.OpenAsync(CancellationToken.None);
    }
}
