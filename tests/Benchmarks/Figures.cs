namespace Orchestrator.Benchmarks;

/// <summary>Percentiles of durations, and a bounded number of workers over many items.</summary>
internal static class Figures
{
    /// <summary>The value below which a share of the values lie.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }

    /// <summary>Runs the items with so many workers, each taking the next one free.</summary>
    public static Task Pool(int count, int workers, Func<int, Task> run)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, workers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var item && item < count) await run(item);
        }));
    }
}
