using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>A process gets its store from the container.</summary>
public sealed class StoreServicesTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task A_process_gets_an_open_store_and_a_cache_that_follows_it(bool isSqlite)
    {
        var directory = Directory.CreateTempSubdirectory("store");
        var services = new ServiceCollection();
        services.AddObjectStore(options => options.DataDirectory = isSqlite ? directory.FullName : null);
        await using (var provider = services.BuildServiceProvider())
        {
            foreach (var hosted in provider.GetServices<IHostedService>()) await hosted.StartAsync(default);
            var stored = await provider.GetRequiredService<IObjectStore>().Create(Map("a"));
            provider.GetRequiredService<IWatchCache>().Find(stored.Key).ShouldBe(stored);
            File.Exists(Path.Combine(directory.FullName, "store.db")).ShouldBe(isSqlite);
        }
        directory.Delete(recursive: true);
    }
}
