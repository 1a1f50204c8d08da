using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Benchmarks;

/// <summary>Durable commits per second through the store on SQLite (synchronous=FULL).</summary>
internal static class StoreCommits
{
    private const double Seconds = 3;

    public static async Task MeasureAsync(Table table)
    {
        foreach (var writers in new[] { 1, 16, 256 })
        {
            var folder = Directory.CreateTempSubdirectory("orc-bench-").FullName;
            await using var provider = new ServiceCollection().AddObjectStore(options => options.DataDirectory = folder).BuildServiceProvider();
            foreach (var hosted in provider.GetServices<IHostedService>()) await hosted.StartAsync(default);
            var store = provider.GetRequiredService<IObjectStore>();
            var count = 0;
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
            {
                await Task.Yield();
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
            table.Add($"store commits/s, SQLite FULL, {writers} writers", $"{count / watch.Elapsed.TotalSeconds:N0}");
            await provider.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
