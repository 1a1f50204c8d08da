using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>The control plane dies without warning; what runs goes on, and what was acknowledged is there.</summary>
public sealed class KillTests
{
    private const int Kills = 20;
    private const int Seed = 20260102;
    private const int ConfigMaps = 500;

    [Fact]
    public async Task Killed_twenty_times_during_rollouts_nothing_healthy_restarts_and_nothing_is_lost()
    {
        await using var cluster = new Cluster();
        await cluster.StartAsync();
        await Apply(cluster, Given.Pod("steady", ("left", Given.Forever), ("right", Given.Forever)));
        await Apply(cluster, Given.Deployment("rolling", 3));
        await cluster.PodsReady("app=steady", 1);
        await cluster.PodsReady("app=rolling", 3);
        var steady = await cluster.Containers("_steady_");
        var random = new Random(Seed);
        for (var round = 0; round < Kills; round++)
        {
            var pause = TimeSpan.FromMilliseconds(random.Next(0, 1500));
            var acknowledged = await RollAndKill(cluster, round, pause);
            await cluster.StartAsync();
            var where = $"round {round}, killed after {pause.TotalMilliseconds} ms";
            await StandsAsBefore(cluster, steady, acknowledged, where);
            var patch = JsonNode.Parse(
                $$"""{"spec":{"template":{"metadata":{"labels":{"version":"r{{round}}"} } } } }""");
            // The patch may have died with the process before it was acknowledged; sending it again is what a user
            // would do.
            await cluster.Send(HttpMethod.Patch, "/apis/apps/v1/namespaces/default/deployments/rolling", patch,
                "application/merge-patch+json");
            var rolled = await cluster.Kubectl("rollout", "status", "deployment", "rolling", "--timeout=60s");
            Assert.True(rolled.ExitCode == 0, $"{where}: {rolled}\n{cluster.LogTail()}");
            await cluster.PodsReady("app=rolling", 3);
            Assert.All(await cluster.Pods("app"),
                pod => Assert.All(pod["status"]!["containerStatuses"]!.AsArray(), container =>
                Assert.True((int)container!["restartCount"]! == 0,
                    $"{where}: a container of {pod["metadata"]!["name"]} was restarted")));
        }
    }

    [Fact]
    public async Task Five_hundred_acknowledged_ConfigMaps_survive_a_kill_right_after_the_last()
    {
        await using var cluster = new Cluster();
        await cluster.StartAsync();
        var manifests = "---\n" + string.Join("\n---\n",
            Enumerable.Range(0, ConfigMaps).Select(i => Given.ConfigMap($"kept-{i}", $"{i}").ToJsonString()));
        (await cluster.KubectlWith(manifests, "apply", "-f", "-")).Ok();
        await cluster.KillAsync();
        await cluster.StartAsync();
        var items = (await cluster.Get("/api/v1/namespaces/default/configmaps"))["items"]!.AsArray()
            .Where(item => ((string)item!["metadata"]!["name"]!).StartsWith("kept-", StringComparison.Ordinal))
            .ToDictionary(item => (string)item!["metadata"]!["name"]!, item => (string)item!["data"]!["value"]!);
        Assert.Equal(ConfigMaps, items.Count);
        Assert.All(Enumerable.Range(0, ConfigMaps), i => Assert.Equal($"{i}", items[$"kept-{i}"]));
    }

    private static async Task<ConcurrentBag<string>> RollAndKill(Cluster cluster, int round, TimeSpan pause)
    {
        var acknowledged = new ConcurrentBag<string>();
        var writing = Task.WhenAll(
            Enumerable.Range(0, 4).Select(writer => Write(cluster, $"r{round}-w{writer}", acknowledged)));
        var patch = JsonNode.Parse($$"""{"spec":{"template":{"metadata":{"labels":{"version":"r{{round}}"} } } } }""");
        var rolling = Trying(() => cluster.Send(HttpMethod.Patch,
            "/apis/apps/v1/namespaces/default/deployments/rolling", patch, "application/merge-patch+json"));
        using (var timer = new PeriodicTimer(pause + TimeSpan.FromMilliseconds(1))) await timer.WaitForNextTickAsync();
        await cluster.KillAsync();
        await Task.WhenAll(writing, rolling);
        return acknowledged;
    }

    private static async Task Write(Cluster cluster, string prefix, ConcurrentBag<string> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            var name = $"{prefix}-{i}";
            var code = 0;
            var sent = await Trying(async () =>
                (code, _) = await cluster.Send(HttpMethod.Post, "/api/v1/namespaces/default/configmaps",
                    Given.ConfigMap(name, name)));
            if (!sent || code != 201) return;
            acknowledged.Add(name);
        }
    }

    private static async Task<bool> Trying(Func<Task> send)
    {
        try
        {
            await send();
            return true;
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task StandsAsBefore(
        Cluster cluster, List<(string Id, string Name)> steady, ConcurrentBag<string> acknowledged, string where)
    {
        var stored = (await cluster.Get("/api/v1/namespaces/default/configmaps"))["items"]!.AsArray()
            .Select(item => (string)item!["metadata"]!["name"]!).ToHashSet();
        var lost = acknowledged.Where(name => !stored.Contains(name)).ToList();
        Assert.True(lost.Count == 0, $"{where}: lost {string.Join(' ', lost)} of {acknowledged.Count}");
        Assert.Equal(steady.Order(), (await cluster.Containers("_steady_")).Order());
    }

    private static async Task Apply(Cluster cluster, JsonObject manifest) =>
        (await cluster.KubectlWith(manifest.ToJsonString(), "apply", "-f", "-")).Ok();
}
