using System.Net;
using Orchestrator.ApiServer.Tests.Running;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests;

/// <summary>Two servers over one store, of which the second hears late of what the first writes.</summary>
public sealed class SharedStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);
    private readonly MemoryLog _log = new(new ObjectStoreOptions());
    private readonly ApiProcess _first;
    private readonly ApiProcess _second;

    public SharedStoreTests()
    {
        _first = new() { ConfigureStore = store => store.SharedMemory = _log };
        _second = new()
        {
            // However long the machine stands still, it waits for the store and does not answer from what it knew.
            Configure = options => options.CatchUpTimeout = Late,
            ConfigureStore = store =>
                (store.SharedMemory, store.FeedDelay, store.CatchUpTimeout) = (_log, () => Late, Late),
        };
    }

    public async Task InitializeAsync()
    {
        await _first.InitializeAsync();
        await _second.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task What_one_wrote_is_read_through_the_other()
    {
        await _first.CreateAsync(Given.ConfigMaps, Given.ConfigMap("a"));
        (await _second.GetAsync($"{Given.ConfigMaps}/a?resourceVersion=0")).Code.ShouldBe(HttpStatusCode.NotFound);
        (await _second.GetAsync($"{Given.ConfigMaps}/a")).Code.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_list_holds_all_that_was_written_before_it()
    {
        await _first.CreateAsync(Given.ConfigMaps, Given.ConfigMap("a"), Given.ConfigMap("b"));
        (await _second.GetAsync($"{Given.ConfigMaps}?resourceVersion=0")).Names.ShouldBeEmpty();
        (await _second.GetAsync(Given.ConfigMaps)).Names.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_watch_without_a_version_begins_with_all_that_was_written_before_it()
    {
        await _first.CreateAsync(Given.ConfigMaps, Given.ConfigMap("a"));
        await using var watch = await WatchStream.OpenAsync(_second, $"{Given.ConfigMaps}?watch=1");
        (await watch.TakeAsync(1)).ShouldBe(["ADDED a"]);
    }

    [Fact]
    public async Task Deleting_a_collection_deletes_what_others_wrote_as_well()
    {
        await _first.CreateAsync(Given.ConfigMaps, Given.ConfigMap("a"), Given.ConfigMap("b"));
        (await _second.DeleteAsync(Given.ConfigMaps)).Names.ShouldBe(["a", "b"]);
        (await _first.GetAsync(Given.ConfigMaps)).Names.ShouldBeEmpty();
    }
}
