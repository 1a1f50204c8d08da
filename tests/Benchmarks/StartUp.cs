using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>From the start of the process on a fresh store to the first <c>kubectl get ns</c>.</summary>
internal static class StartUp
{
    private const int Runs = 5;

    public static async Task MeasureAsync(Table table)
    {
        var ready = new List<double>();
        var first = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var watch = Stopwatch.StartNew();
            await using var orc = await OrcProcess.StartAsync();
            ready.Add(orc.StartTime.TotalSeconds);
            var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true }
                .With(["--kubeconfig", Path.Combine(orc.Folder, "kubeconfig"), "--cache-dir",
                    Path.Combine(orc.Folder, "cache"), "get", "ns"]);
            using var kubectl = Process.Start(start)!;
            await kubectl.StandardOutput.ReadToEndAsync();
            await kubectl.WaitForExitAsync();
            if (kubectl.ExitCode == 0) first.Add(watch.Elapsed.TotalSeconds);
        }
        table.Add("start to ready, fresh store, s (median)", $"{Figures.Percentile(ready, 0.5):F2}");
        if (first.Count > 0)
            table.Add("start to first kubectl get ns, s (median)", $"{Figures.Percentile(first, 0.5):F2}", "≤ 1.5");
    }
}
