using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Storage;

/// <summary>Adds the store and its cache to a process.</summary>
public static class StoreServices
{
    /// <summary>
    /// The store and the watch cache, opened by a hosted service: add them before all that reads or writes objects.
    /// </summary>
    public static IServiceCollection AddObjectStore(
        this IServiceCollection services, Action<ObjectStoreOptions>? configure = null)
    {
        var options = new ObjectStoreOptions();
        configure?.Invoke(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton(CreateStore);
        services.AddSingleton<IObjectStore>(provider => provider.GetRequiredService<ObjectStore>());
        services.AddSingleton(provider => new WatchCache(provider.GetRequiredService<IObjectStore>(), options));
        services.AddSingleton<IWatchCache>(provider => provider.GetRequiredService<WatchCache>());
        services.AddHostedService<StoreOpening>();
        return services;
    }

    private static ObjectStore CreateStore(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<ObjectStoreOptions>();
        var time = provider.GetRequiredService<TimeProvider>();
        IJournal journal = options switch
        {
            { ConnectionString: not null } =>
                new PostgresJournal(options, time, provider.GetRequiredService<ILogger<PostgresJournal>>()),
            { SharedMemory: { } log } => new MemoryJournal(log, time, options.FeedDelay),
            { DataDirectory: not null } => new SqliteJournal(options),
            _ => new MemoryJournal(options),
        };
        return new(journal, options, time, provider.GetRequiredService<ILogger<ObjectStore>>());
    }

    private sealed class StoreOpening(IObjectStore store, WatchCache cache) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await store.OpenAsync(cancellationToken);
            await cache.StartAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
