using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>A Deployment of 1,000 on 100 simulated nodes: created → all bound, seen by a watch.</summary>
internal static class ManyReplicas
{
    private const int Nodes = 100;
    private const int Replicas = 1000;
    private const int Rounds = 3;

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync("--simulated-nodes", $"{Nodes}");
        for (var round = 0; round < Rounds; round++)
        {
            var before = orc.Usage();
            var (bound, running) = await Round(orc, $"many-{round}");
            var after = orc.Usage();
            table.Add(
                $"{Replicas} replicas on {Nodes} simulated nodes, created → all bound, s{(round == 0 ? ", cold" : "")}",
                $"{bound:F2} (all Running {running:F2}; {after.Cpu - before.Cpu:F1} CPU-s; {after.Rss:F0} MiB)",
                "≤ 0.4");
        }
    }

    private static async Task<(double Bound, double Running)> Round(OrcProcess orc, string name)
    {
        var bound = new HashSet<string>();
        var running = new HashSet<string>();
        var clock = new Stopwatch();
        var ready = new TaskCompletionSource();
        var (boundAt, runningAt) = (0.0, 0.0);
        var watching = Task.Run(async () =>
        {
            var watch = orc.Watch("/api/v1/namespaces/default/pods").GetAsyncEnumerator();
            var next = watch.MoveNextAsync();
            ready.SetResult();
            while (running.Count < Replicas && await next)
            {
                var pod = watch.Current["object"]!;
                next = watch.MoveNextAsync();
                var podName = (string)pod["metadata"]!["name"]!;
                if (!podName.StartsWith(name, StringComparison.Ordinal)) continue;
                if (pod["spec"]!["nodeName"] is not null && bound.Add(podName) && bound.Count == Replicas)
                    boundAt = clock.Elapsed.TotalSeconds;
                if ((string?)pod["status"]?["phase"] == "Running" && running.Add(podName) && running.Count == Replicas)
                    runningAt = clock.Elapsed.TotalSeconds;
            }
        });
        await ready.Task;
        await Task.Delay(300);
        clock.Start();
        await orc.Send(HttpMethod.Post, "/apis/apps/v1/namespaces/default/deployments",
            Manifests.Deployment(name, Replicas, "simulated"));
        await watching.WaitAsync(TimeSpan.FromSeconds(120));
        await orc.Send(HttpMethod.Delete, $"/apis/apps/v1/namespaces/default/deployments/{name}");
        while ((await orc.Send(HttpMethod.Get, "/api/v1/namespaces/default/pods?limit=1"))["items"]!
            .AsArray().Count > 0) await Task.Delay(50);
        return (boundAt, runningAt);
    }
}
