using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Benchmarks;

/// <summary>
/// Create → Running of one-container pods, beside the raw engine doing the same create and start calls.
/// </summary>
internal static class PodStarts
{
    private const int Pods = 16;

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync();
        await Ours(orc, "warm-up", 2, 2);
        foreach (var concurrency in new[] { 1, 4 })
        {
            // In turn, so that a noisy machine is noisy for both.
            var ours = new List<double>();
            var raw = new List<double>();
            for (var round = 0; round < 2; round++)
            {
                raw.AddRange(await Raw($"r{concurrency}-{round}", concurrency));
                ours.AddRange(await Ours(orc, $"c{concurrency}-{round}", Pods, concurrency));
            }
            var (a, b) = (Figures.Percentile(ours, 0.5), Figures.Percentile(raw, 0.5));
            table.Add($"pod create → Running, {concurrency} at once, ms (p50)",
                $"{a:F0} (raw engine {b:F0}, ratio {a / b:F2})", "ratio ≤ 1.15");
        }
    }

    private static async Task<List<double>> Ours(OrcProcess orc, string prefix, int count, int concurrency)
    {
        var begun = new Dictionary<string, long>();
        var running = Enumerable.Range(0, count).ToDictionary(i => $"{prefix}-{i}",
            _ => new TaskCompletionSource<double>());
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await foreach (var happened in orc.Watch("/api/v1/namespaces/default/pods"))
            {
                var name = (string)happened["object"]!["metadata"]!["name"]!;
                if ((string?)happened["object"]!["status"]?["phase"] != "Running"
                    || !running.TryGetValue(name, out var done)) continue;
                done.TrySetResult(Stopwatch.GetElapsedTime(begun[name]).TotalMilliseconds);
                if (running.Values.All(source => source.Task.IsCompleted)) return;
            }
        });
        await Figures.Pool(count, concurrency, async i =>
        {
            var name = $"{prefix}-{i}";
            lock (begun) begun[name] = Stopwatch.GetTimestamp();
            await orc.Send(HttpMethod.Post, "/api/v1/namespaces/default/pods", Manifests.Pod(name));
            await running[name].Task.WaitAsync(TimeSpan.FromSeconds(60));
        });
        await watching;
        foreach (var name in running.Keys) await orc.Send(HttpMethod.Delete, $"/api/v1/namespaces/default/pods/{name}");
        while ((await orc.Send(HttpMethod.Get, "/api/v1/namespaces/default/pods"))["items"]!.AsArray().Count > 0)
            await Task.Delay(50);
        return [.. running.Values.Select(source => source.Task.Result)];
    }

    private static async Task<List<double>> Raw(string prefix, int concurrency)
    {
        await using var runtime = new DockerRuntime(
            "unix:///var/run/docker.sock", $"bench/{prefix}", new DockerOptions(), TimeProvider.System,
            NullLogger<DockerRuntime>.Instance);
        var infra = await runtime.EnsureInfraImageAsync(default);
        var took = new List<double>();
        var ids = new List<string>();
        await Figures.Pool(Pods, concurrency, async i =>
        {
            var begun = Stopwatch.GetTimestamp();
            var sandbox = await runtime.CreateAsync(Spec($"{prefix}-{i}-infra", infra, null), default);
            await runtime.StartAsync(sandbox, default);
            var app = await runtime.CreateAsync(Spec($"{prefix}-{i}-app", Manifests.Image, sandbox), default);
            await runtime.StartAsync(app, default);
            lock (took)
            {
                took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                ids.AddRange([app, sandbox]);
            }
        });
        await Figures.Pool(ids.Count, 4, i => runtime.RemoveAsync(ids[i], default));
        return took;
    }

    private static ContainerSpec Spec(string name, string image, string? sandbox) => new()
    {
        Name = name,
        Image = image,
        Labels = new Dictionary<string, string> { [ContainerLabels.ContainerName] = name },
        JoinsSandbox = sandbox,
        Command = sandbox is null ? [] : ["sleep", "100000"],
    };
}
