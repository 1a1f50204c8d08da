namespace Orchestrator.Benchmarks;

/// <summary>
/// Create → Running of pods one after another, cold and warm, beside the raw engine making the same containers.
/// </summary>
internal static class PodStarts
{
    private const int Rounds = 3;
    private const int PodsEach = 4;

    public static async Task MeasureAsync(Table table)
    {
        await using var raw = new RawEngine();
        await raw.StartAsync(1, 1, 1);
        var isServed = await raw.ServesWarmAsync();
        await using var cold = await OrcProcess.StartAsync("--warm-sandboxes", "off");
        var coldPods = await PodWatch.StartAsync(cold);
        foreach (var containers in new[] { 1, 3 })
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            // In turn, so that a noisy machine is noisy for both.
            for (var round = 0; round < Rounds; round++)
            {
                theirs.AddRange((await raw.StartAsync(PodsEach, containers, 1)).Each);
                ours.AddRange(await StartAsync(coldPods, containers, 0));
            }
            Tell(table, $"cold pod of {containers}: create → Running", ours, theirs, "≤ 1.15 × raw; 300 ms");
        }
        if (!isServed) return;
        await using var warm = await OrcProcess.StartAsync("--warm-sandboxes", $"{PodsEach}");
        var warmPods = await PodWatch.StartAsync(warm);
        foreach (var containers in new[] { 1, 3 })
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                theirs.AddRange((await raw.StartAsync(PodsEach, containers, 1)).Each);
                ours.AddRange(await StartAsync(warmPods, containers, PodsEach));
            }
            Tell(table, $"warm pod of {containers}: create → Running", ours, theirs, "≤ 0.5 × raw; 120 ms");
        }
    }

    private static async Task<List<double>> StartAsync(PodWatch pods, int containers, int waiting)
    {
        var took = new List<double>();
        await RawEngine.FilledAsync(waiting);
        for (var i = 0; i < PodsEach; i++) took.Add(await pods.CreateAsync($"p{i}", containers));
        for (var i = 0; i < PodsEach; i++) await pods.DeleteAsync($"p{i}");
        return took;
    }

    private static void Tell(Table table, string what, List<double> ours, List<double> raw, string goal)
    {
        var (a, b) = (Figures.Percentile(ours, 0.5), Figures.Percentile(raw, 0.5));
        table.Add($"{what}, ms (p50, best)",
            $"{a:F0}, {ours.Min():F0} (raw {b:F0}, {raw.Min():F0}; ratio {a / b:F2}, {ours.Min() / raw.Min():F2}; "
            + $"load {RawEngine.Load})", goal);
    }
}
