using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>Processor time and memory of a node with 100 real pods when nothing happens.</summary>
internal static class QuietNode
{
    private const int Pods = 100;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(40);

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync("--warm-sandboxes", "off");
        var pods = await PodWatch.StartAsync(orc);
        var since = Stopwatch.GetTimestamp();
        await Figures.Pool(Pods, 16, i => orc.Send(
            HttpMethod.Post, "/api/v1/namespaces/default/pods", Manifests.Pod($"q{i}")));
        var all = await pods.SinceAsync(since, seen => seen.Values.Count(PodWatch.IsRunning) == Pods);
        table.Add($"{Pods} pods at once, cold, s", $"{all / 1000:F1} (load {RawEngine.Load})");
        await Task.Delay(TimeSpan.FromSeconds(10));
        var (_, before) = orc.Usage();
        since = Stopwatch.GetTimestamp();
        await Task.Delay(Span);
        var (rss, after) = orc.Usage();
        var share = (after - before) / Stopwatch.GetElapsedTime(since).TotalSeconds;
        table.Add($"CPU of a quiet node with {Pods} pods, % of a core",
            $"{share * 100:F2} ({rss:F0} MiB resident)", "≤ 2");
    }
}
