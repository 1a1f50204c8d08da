using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Orchestrator.Benchmarks;

/// <summary>What a user waits for: replicas ready, a rolling update, scaling to none, a delete, a crash.</summary>
internal static class PodLives
{
    private const int Replicas = 20;
    private const int GraceSeconds = 1;
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    public static async Task MeasureAsync(Table table)
    {
        await using var raw = new RawEngine();
        foreach (var setting in await raw.ServesWarmAsync() ? new[] { "off", $"{Replicas}" } : ["off"])
        {
            await using var orc = await OrcProcess.StartAsync("--warm-sandboxes", setting);
            var pods = await PodWatch.StartAsync(orc);
            var how = setting == "off" ? "cold" : "warm";
            if (setting != "off") await RawEngine.FilledAsync(Replicas);
            await OneAsync(table, pods, how);
            if (setting != "off") await RawEngine.FilledAsync(Replicas);
            await ManyAsync(table, orc, pods, how);
        }
    }

    private static async Task OneAsync(Table table, PodWatch pods, string how)
    {
        var (gone, back) = (new List<double>(), new List<double>());
        for (var i = 0; i < 4; i++)
        {
            await pods.CreateAsync($"one-{i}", grace: GraceSeconds);
            var since = Stopwatch.GetTimestamp();
            await ShellAsync($"docker kill $(docker ps -q --filter name=k8s_main_one-{i}_) >/dev/null");
            back.Add(await pods.SinceAsync(since, all => all.TryGetValue($"one-{i}", out var pod)
                && (int?)pod["status"]?["containerStatuses"]?[0]?["restartCount"] == 1 && PodWatch.IsReady(pod)));
            gone.Add(await pods.DeleteAsync($"one-{i}"));
        }
        Tell(table, $"killed container → restarted and Ready ({how}), ms", Figures.Percentile(back, 0.5),
            "200 (Kubernetes 2000); the docker command's own time is in it");
        Tell(table, $"delete of one, grace 1 s → gone ({how}), ms", Figures.Percentile(gone, 0.5),
            "1300 (Kubernetes 4000)");
    }

    private static async Task ManyAsync(Table table, OrcProcess orc, PodWatch pods, string how)
    {
        var since = Stopwatch.GetTimestamp();
        await orc.Send(HttpMethod.Post, Deployments, Manifests.Deployment("web", Replicas, grace: GraceSeconds));
        Tell(table, $"{Replicas} replicas Ready ({how}), ms",
            await pods.SinceAsync(since, all => all.Values.Count(PodWatch.IsReady) == Replicas),
            "1500 (Kubernetes 2200)");
        // An update comes later than the first rollout: the pool is full again.
        if (how == "warm") await RawEngine.FilledAsync(Replicas);
        since = Stopwatch.GetTimestamp();
        await orc.Send(HttpMethod.Patch, $"{Deployments}/web", JsonNode.Parse(
            """{"spec":{"template":{"metadata":{"labels":{"v":"2"}}}}}"""), "application/merge-patch+json");
        Tell(table, $"rolling update of {Replicas} ({how}), ms",
            await pods.SinceAsync(since, all => all.Count == Replicas && all.Values.All(
                pod => PodWatch.IsReady(pod) && (string?)pod["metadata"]!["labels"]?["v"] == "2")),
            "3000 (Kubernetes 5100), until the old ones are gone");
        since = Stopwatch.GetTimestamp();
        await orc.Send(HttpMethod.Patch, $"{Deployments}/web", JsonNode.Parse("""{"spec":{"replicas":0}}"""),
            "application/merge-patch+json");
        Tell(table, $"scale {Replicas} → 0, grace 1 s ({how}), ms", await pods.SinceAsync(since, all => all.Count == 0),
            "1600 (Kubernetes 2200)");
    }

    private static void Tell(Table table, string what, double took, string goal) =>
        table.Add(what, $"{took:F0} (load {RawEngine.Load})", goal);

    private static async Task ShellAsync(string line)
    {
        using var shell = Process.Start("/bin/sh", ["-c", line]);
        await shell.WaitForExitAsync();
    }
}
