using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;
using Orchestrator.Storage.Tests;

namespace Orchestrator.Benchmarks;

/// <summary>
/// Durable commits per second: on SQLite (synchronous=FULL), and on a PostgreSQL server of our own on this machine,
/// that syncs, with one store and with several.
/// </summary>
internal static class StoreCommits
{
    private const double Seconds = 3;

    public static async Task MeasureAsync(Table table)
    {
        foreach (var writers in new[] { 1, 16, 256 })
        {
            var folder = Directory.CreateTempSubdirectory("orc-bench-").FullName;
            var rate = await RateAsync([options => options.DataDirectory = folder], writers);
            table.Add($"store commits/s, SQLite FULL, {writers} writers", $"{rate:N0}");
            Directory.Delete(folder, recursive: true);
        }
        if (!PostgresServer.IsInstalled) return;
        using var server = new PostgresServer(isDurable: true);
        foreach (var (stores, writers) in new[] { (1, 1), (1, 16), (1, 256), (3, 1), (3, 16), (3, 256) })
        {
            var database = server.CreateDatabase();
            var all = Enumerable.Repeat<Action<ObjectStoreOptions>>(
                options => options.ConnectionString = database, stores);
            var rate = await RateAsync([.. all], writers);
            table.Add($"store commits/s, PostgreSQL, {stores} stores of {writers} writers", $"{rate:N0}");
        }
    }

    private static async Task<double> RateAsync(List<Action<ObjectStoreOptions>> stores, int writers)
    {
        var providers = stores.Select(options => new ServiceCollection().AddObjectStore(options).BuildServiceProvider())
            .ToList();
        foreach (var hosted in providers.SelectMany(provider => provider.GetServices<IHostedService>()))
            await hosted.StartAsync(default);
        var count = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, writers * stores.Count).Select(async writer =>
        {
            await Task.Yield();
            var store = providers[writer % stores.Count].GetRequiredService<IObjectStore>();
            for (var i = 0; watch.Elapsed.TotalSeconds < Seconds; i++)
            {
                var name = $"w{writer}-{i}";
                var map = new ConfigMap
                {
                    Metadata = new ObjectMeta { Name = name, Namespace = "default" },
                    Data = new Dictionary<string, string> { ["value"] = new string('x', 200) },
                };
                await store.CommitAsync(new ObjectWrite(ConfigMap.Kind.KeyOf("default", name), map, 0));
                Interlocked.Increment(ref count);
            }
        }));
        var rate = count / watch.Elapsed.TotalSeconds;
        foreach (var provider in providers) await provider.DisposeAsync();
        return rate;
    }
}
