using System.Diagnostics;
using System.Globalization;
using Orchestrator.Simulations.Faults;

namespace Orchestrator.Simulations.Tests;

/// <summary>
/// Runs seeds and prints what they came to, one line each: <c>FIRST COUNT [no-faults] [per-silo] [log=FILE]</c>. Tests
/// start it to see that a fresh process comes to the same; a person starts it to look for trouble in many seeds.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var first = int.Parse(args[0], CultureInfo.InvariantCulture);
        var count = int.Parse(args[1], CultureInfo.InvariantCulture);
        var failed = 0;
        var path = args.FirstOrDefault(arg => arg.StartsWith("log=", StringComparison.Ordinal))?["log=".Length..];
        using var log = path is null ? null : new StreamWriter(path);
        var began = Stopwatch.GetTimestamp();
        foreach (var seed in Enumerable.Range(first, count))
        {
            var options = Seeds.OptionsOf(seed) with { Log = log };
            if (args.Contains("per-silo")) options = options with { Stores = StoreLayout.PerSilo };
            if (args.Contains("no-faults")) options = options with { Faults = FaultOptions.None };
            var start = Stopwatch.GetTimestamp();
            var result = Simulation.Run(options);
            var took = Stopwatch.GetElapsedTime(start);
            if (result.Violation is not null) failed++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{seed} {result.LogHash} {took.TotalMilliseconds:0} ms {result.Turns} turns ")
                + $"{result.Revisions} revisions {result.LongestSettling.TotalSeconds:0} s "
                + result.Violation?.Split('\n')[0]);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{failed} of {count} failed in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{Environment.CpuUsage.TotalTime.TotalSeconds / count:0.00} s of CPU per seed"));
        return failed == 0 ? 0 : 1;
    }
}
