using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage.Tests;

/// <summary>A store under test, on one of the journals, with a clock and faults.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    private readonly bool _isSqlite;
    private MemoryJournal? _memory;

    protected StoreFixture(bool isSqlite)
    {
        _isSqlite = isSqlite;
        Options = new() { DataDirectory = isSqlite ? Directory.CreateTempSubdirectory("store").FullName : null };
    }

    internal ObjectStoreOptions Options { get; }

    internal ManualTime Time { get; } = new();

    internal FaultyJournal Journal { get; private set; } = null!;

    internal ObjectStore Store { get; private set; } = null!;

    public Task InitializeAsync() => OpenAsync();

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

    private async Task OpenAsync()
    {
        Journal = new(_isSqlite ? new SqliteJournal(Options) : _memory ??= new(Options));
        Store = new(Journal, Options, Time, NullLogger<ObjectStore>.Instance);
        await Store.OpenAsync(CancellationToken.None);
    }
}
