using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Fault.Tests.Memory;

/// <summary>What one silo of this process has for itself: a store and a cache over the common journal.</summary>
internal sealed class SiloStore : IAsyncDisposable
{
    private readonly FreezableJournal _journal;
    private readonly CancellationTokenSource _life = new();

    private SiloStore(ObjectStoreOptions options)
    {
        IJournal journal = options.ConnectionString is null
            ? new MemoryJournal(options.SharedMemory!, TimeProvider.System, options.FeedDelay)
            : new PostgresJournal(options, TimeProvider.System, NullLogger<PostgresJournal>.Instance);
        _journal = new(journal);
        Store = new ObjectStore(_journal, options, TimeProvider.System, NullLogger<ObjectStore>.Instance);
        Cache = new WatchCache(Store, options);
    }

    /// <summary>Its view of the truth.</summary>
    public ObjectStore Store { get; }

    /// <summary>What its readers see.</summary>
    public WatchCache Cache { get; }

    /// <summary>Cancelled when the silo is killed: its clients' connections break.</summary>
    public CancellationToken Died => _life.Token;

    /// <summary>Opens one, as a silo does before it starts.</summary>
    public static async Task<SiloStore> OpenAsync(ObjectStoreOptions options)
    {
        var opened = new SiloStore(options);
        await opened.Store.OpenAsync(CancellationToken.None);
        await opened.Cache.StartAsync();
        return opened;
    }

    /// <summary>Gives it to the silo's grains.</summary>
    public void AddTo(IServiceCollection services) => services
        .AddSingleton<IObjectStore>(Store).AddSingleton<IWatchCache>(Cache).AddSingleton(this);

    /// <summary>Its way to the journal is blocked.</summary>
    public void Freeze() => _journal.Freeze();

    /// <summary>Its way to the journal is free again.</summary>
    public void Thaw() => _journal.Thaw();

    /// <summary>Its silo is dead, though what it had begun may still come through.</summary>
    public void Die() => _life.Cancel();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Die();
        Thaw();
        Cache.Dispose();
        await Store.DisposeAsync();
        _life.Dispose();
    }
}
