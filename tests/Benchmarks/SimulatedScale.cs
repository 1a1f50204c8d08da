using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Orchestrator.Benchmarks;

/// <summary>
/// Large clusters in virtual time, each in a process of its own: memory, how fast waiting pods are placed once their
/// machines come up, and what an hour costs in which nothing happens.
/// </summary>
internal static partial class SimulatedScale
{
    private const int ReplicasPerDeployment = 500;
    private const double ShortHours = 0.1;
    private const double LongHours = 1.1;

    public static async Task MeasureAsync(Table table)
    {
        if (OrcProcess.Engine != "Local")
        {
            table.Add("simulated scale", "needs the in-process engine");
            return;
        }
        await Day(table, nodes: 1_000);
        var small = await Cluster(table, 1_000, 30_000);
        await SteadyHour(table, 1_000, 30_000, small);
        await Cluster(table, 5_000, 150_000);
    }

    private static async Task Day(Table table, int nodes)
    {
        var day = await Simulate(Objects(0), nodes, 24, nodesAfter: 0);
        table.Add($"{nodes} idle nodes for a virtual day, real s", $"{day.Seconds:F0} ({day.Cpu:F0} CPU-s)", "≤ 60");
        table.Add($"{nodes} idle nodes, memory", $"{day.MiB:F0} MiB at most, {day.MiB * 1024 / nodes:F0} KiB per node");
    }

    private static async Task<Run> Cluster(Table table, int nodes, int pods)
    {
        var run = await Simulate(Objects(pods), nodes, ShortHours, nodesAfter: 60);
        var what = $"{pods} pods on {nodes} simulated nodes";
        table.Add($"{what}, placed per s", $"{run.Placed:F0} (whole run {run.Seconds:F0} s, {run.Cpu:F0} CPU-s)",
            "≥ 5000");
        table.Add($"{what}, memory", $"{run.MiB:F0} MiB at most, {run.MiB * 1024 / pods:F0} KiB per pod",
            "≤ 8192 MiB for 150000");
        return run;
    }

    private static async Task SteadyHour(Table table, int nodes, int pods, Run without)
    {
        var with = await Simulate(Objects(pods), nodes, LongHours, nodesAfter: 60);
        table.Add($"{pods} pods on {nodes} simulated nodes, CPU-s per virtual hour at rest",
            $"{with.Cpu - without.Cpu:F1}");
    }

    private static async Task<Run> Simulate(string objects, int nodes, double hours, int nodesAfter)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, objects);
            using var process = Process.Start(new ProcessStartInfo(OrcProcess.Program)
            {
                ArgumentList =
                {
                    "simulate", file, "--nodes", Text(nodes), "--hours", Text(hours), "--nodes-after", Text(nodesAfter),
                    "--faults", "off",
                },
                RedirectStandardOutput = true,
            })!;
            var printed = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0) throw new InvalidOperationException(printed);
            return new(
                Number(TookLine(), printed), Number(CpuLine(), printed), Number(MemoryLine(), printed),
                Number(PlacedLine(), printed));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Objects(int pods) => pods == 0
        ? """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"alone","namespace":"default"}}"""
        : string.Join("\n---\n", Enumerable.Range(0, pods / ReplicasPerDeployment)
            .Select(i => Manifests.Deployment($"app-{i:0000}", ReplicasPerDeployment).ToJsonString()));

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Number(Regex line, string printed) =>
        line.Match(printed) is { Success: true } found
            ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(@"^virtual time .* in ([\d.]+) s$", RegexOptions.Multiline)]
    private static partial Regex TookLine();

    [GeneratedRegex(@"^processor time +([\d.]+) s$", RegexOptions.Multiline)]
    private static partial Regex CpuLine();

    [GeneratedRegex(@"^memory +(\d+) MiB", RegexOptions.Multiline)]
    private static partial Regex MemoryLine();

    [GeneratedRegex(@"^pods placed per second of real time +(\d+)$", RegexOptions.Multiline)]
    private static partial Regex PlacedLine();

    /// <summary>
    /// What one simulation cost: real seconds, CPU seconds, peak memory; and pods placed per real second.
    /// </summary>
    private sealed record Run(double Seconds, double Cpu, double MiB, double Placed);
}
