using System.Net;
using Orchestrator.ApiServer.Tests.Running;

namespace Orchestrator.ApiServer.Tests;

public sealed class WatchTests : IAsyncLifetime
{
    private const string Maps = Given.ConfigMaps;
    private readonly ApiProcess _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task What_happened_since_is_seen_exactly_once()
    {
        await _api.CreateAsync(Maps, Given.ConfigMap("before"));
        var version = (await _api.GetAsync(Maps)).Version;
        await _api.CreateAsync(Maps, Given.ConfigMap("a"));
        await using var watch = await WatchStream.OpenAsync(_api, $"{Maps}?watch=1&resourceVersion={version}");
        await _api.SendAsync(HttpMethod.Patch, $"{Maps}/a", """{"data":{"k":"w"}}""", "application/merge-patch+json");
        await _api.DeleteAsync($"{Maps}/a");
        await _api.CreateAsync("/api/v1/namespaces/other/configmaps", Given.ConfigMap("elsewhere"));
        await _api.CreateAsync(Maps, Given.ConfigMap("b"));
        (await watch.TakeAsync(4)).ShouldBe(["ADDED a", "MODIFIED a", "DELETED a", "ADDED b"]);
        watch.Versions.ShouldBe(watch.Versions.Order());
        watch.Last.GetProperty("kind").GetString().ShouldBe("ConfigMap");
    }

    [Fact]
    public async Task Without_a_version_it_begins_with_what_there_is()
    {
        await _api.CreateAsync(Maps, Given.ConfigMap("b"), Given.ConfigMap("a"));
        await using var watch = await WatchStream.OpenAsync(_api, $"{Maps}?watch=True");
        await _api.CreateAsync(Maps, Given.ConfigMap("c"));
        (await watch.TakeAsync(3)).ShouldBe(["ADDED a", "ADDED b", "ADDED c"]);
    }

    [Fact]
    public async Task Entering_the_selection_is_added_and_leaving_it_is_deleted()
    {
        await _api.CreateAsync(Maps, Given.ConfigMap("a", "out"));
        // From a version on: one that begins with the state of things answers before it has looked at it.
        var version = (await _api.GetAsync(Maps)).Version;
        await using var watch = await WatchStream.OpenAsync(
            _api, $"{Maps}?watch=1&resourceVersion={version}&labelSelector=app%3Din");
        await LabelAsync("in");
        await LabelAsync("out");
        var left = await _api.GetAsync($"{Maps}/a");
        await LabelAsync("in");
        await _api.DeleteAsync($"{Maps}/a");
        (await watch.TakeAsync(2)).ShouldBe(["ADDED a", "DELETED a"]);
        watch.Last.GetProperty("metadata").GetProperty("labels").GetProperty("app").GetString().ShouldBe("in",
            "its last state inside");
        watch.Versions[^1].ShouldBe(long.Parse(left.Version), "under the version of the change that took it out");
        (await watch.TakeAsync(2)).ShouldBe(["ADDED a", "DELETED a"]);
    }

    [Fact]
    public async Task Bookmarks_tell_how_far_it_has_come()
    {
        await using var watch = await WatchStream.OpenAsync(
            _api, $"{Maps}?watch=1&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dnone");
        await _api.CreateAsync(Maps, Given.ConfigMap("other"));
        var version = long.Parse((await _api.GetAsync(Maps)).Version);
        do
        {
            (await watch.TakeAsync(1)).ShouldBe(["BOOKMARK "]);
        }
        while (watch.Versions[^1] < version);
        watch.Last.GetProperty("kind").GetString().ShouldBe("ConfigMap");
    }

    [Fact]
    public async Task Initial_events_end_with_a_mark()
    {
        await _api.CreateAsync(Maps, Given.ConfigMap("a"));
        await using var watch = await WatchStream.OpenAsync(_api,
            $"{Maps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        (await watch.TakeAsync(2)).ShouldBe(["ADDED a", "BOOKMARK "]);
        watch.Last.GetProperty("metadata").GetProperty("annotations").GetProperty("k8s.io/initial-events-end")
            .GetString()
            .ShouldBe("true");
        var refused = await _api.GetAsync($"{Maps}?watch=1&sendInitialEvents=true");
        refused.Message.ShouldContain("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }

    [Fact]
    public async Task It_ends_cleanly_when_its_time_is_up()
    {
        await using var watch = await WatchStream.OpenAsync(_api, $"{Maps}?watch=1&timeout=100ms");
        (await watch.TakeAsync(1)).ShouldBeEmpty("the body has ended, without an error");
    }

    [Fact]
    public async Task It_ends_cleanly_when_the_server_stops()
    {
        await using var watch = await WatchStream.OpenAsync(_api, $"{Maps}?watch=1");
        var stopped = _api.StopAsync();
        (await watch.TakeAsync(1)).ShouldBeEmpty();
        // A host that waits in vain for the end of a request gives up after 30 s.
        await stopped.WaitAsync(TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Tables_are_watched_too()
    {
        await using var watch = await WatchStream.OpenAsync(_api, $"{Maps}?watch=1", Given.TableAccept);
        await _api.CreateAsync(Maps, Given.ConfigMap("a"), Given.ConfigMap("b"));
        await watch.TakeAsync(1);
        watch.Last.GetProperty("kind").GetString().ShouldBe("Table");
        watch.Last.GetProperty("columnDefinitions").GetArrayLength().ShouldBeGreaterThan(0);
        watch.Last.GetProperty("rows")[0].GetProperty("cells")[0].GetString().ShouldBe("a");
        await watch.TakeAsync(1);
        watch.Last.GetProperty("columnDefinitions").GetArrayLength().ShouldBe(0, "they are sent once");
    }

    [Fact]
    public async Task Old_paths_watch_as_well()
    {
        await _api.CreateAsync(Maps, Given.ConfigMap("a"), Given.ConfigMap("b"));
        await using var watch = await WatchStream.OpenAsync(_api, "/api/v1/watch/namespaces/default/configmaps/b");
        (await watch.TakeAsync(1)).ShouldBe(["ADDED b"]);
    }

    [Fact]
    public async Task A_watch_from_a_version_that_is_not_here_yet_begins_after_it()
    {
        var version = _api.Cache.Revision + 1;
        await using var watch = await WatchStream.OpenAsync(_api, $"{Maps}?watch=1&resourceVersion={version}");
        await _api.CreateAsync(Maps, Given.ConfigMap("not-seen"), Given.ConfigMap("seen"));
        (await watch.TakeAsync(1)).ShouldBe(["ADDED seen"]);
    }

    [Fact]
    public async Task A_state_that_is_not_here_yet_is_refused()
    {
        await using var api = new WatchStream.Impatient();
        var path = $"{Maps}?watch=1&resourceVersion=100&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
        (await api.GetAsync(path)).Code.ShouldBe(HttpStatusCode.GatewayTimeout);
    }

    private Task LabelAsync(string value) => _api.SendAsync(
        HttpMethod.Patch, $"{Maps}/a", $$$$"""{"metadata":{"labels":{"app":"{{{{value}}}}"}}}""",
        "application/merge-patch+json");
}
