namespace Orchestrator.Benchmarks;

/// <summary>How many starts the raw engine does at a time with the most gain, for the bound of our own.</summary>
internal static class EngineStarts
{
    private const int Pods = 24;

    public static async Task MeasureAsync(Table table)
    {
        await using var raw = new RawEngine();
        foreach (var round in new[] { 1, 2 })
        {
            foreach (var concurrency in new[] { 1, 2, 4, 8 })
            {
                var (each, all) = await raw.StartAsync(Pods, 1, concurrency);
                var (joined, allJoined) = await raw.JoinAsync(Pods, concurrency);
                table.Add($"raw engine, {concurrency} at a time, round {round}",
                    $"{Pods * 1000 / all:F1} pods/s, p50 {Figures.Percentile(each, 0.5):F0} ms; joining a sandbox "
                    + $"{Pods * 1000 / allJoined:F1}/s, {Figures.Percentile(joined, 0.5):F0} ms "
                    + $"(load {RawEngine.Load})");
            }
        }
    }
}
