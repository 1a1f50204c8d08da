using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>Many pods at once until all run, cold and warm, beside the raw engine with four calls at a time.</summary>
internal static class PodBursts
{
    private const int WarmMax = 50;

    public static async Task MeasureAsync(Table table)
    {
        await using var raw = new RawEngine();
        var isServed = await raw.ServesWarmAsync();
        foreach (var setting in isServed ? new[] { 0, WarmMax } : [0])
        {
            await using var orc = await OrcProcess.StartAsync("--warm-sandboxes", $"{setting}");
            var pods = await PodWatch.StartAsync(orc);
            foreach (var count in new[] { 20, 50 })
            {
                var theirs = (await raw.StartAsync(count, 1, 4)).All;
                await RawEngine.FilledAsync(setting);
                var ours = await StartAsync(orc, pods, count);
                table.Add($"{count} pods at once, {(setting == 0 ? "cold" : "warm")}, s",
                    $"{ours / 1000:F2}, {count * 1000 / ours:F1} pods/s (raw {theirs / 1000:F2} s, "
                    + $"{count * 1000 / theirs:F1} pods/s; ratio {ours / theirs:F2}; load {RawEngine.Load})",
                    setting == 0 ? "≤ 1.15 × raw" : "≥ 20 pods/s");
            }
        }
    }

    private static async Task<double> StartAsync(OrcProcess orc, PodWatch pods, int count)
    {
        var since = Stopwatch.GetTimestamp();
        await Figures.Pool(count, 16, i => orc.Send(
            HttpMethod.Post, "/api/v1/namespaces/default/pods", Manifests.Pod($"b{i}")));
        var took = await pods.SinceAsync(since, all => all.Values.Count(PodWatch.IsRunning) == count);
        await Figures.Pool(count, 16, i => orc.Send(HttpMethod.Delete, $"/api/v1/namespaces/default/pods/b{i}"));
        await pods.SinceAsync(since, all => all.Count == 0);
        return took;
    }
}
