using System.Diagnostics;
using System.Globalization;
using Orchestrator.Api.Meta;
using Orchestrator.Simulations;
using Orchestrator.Simulations.Faults;

namespace Orchestrator.Hosting.Simulating;

/// <summary>Runs a simulation and prints what came of it. This build has the local engine, which can.</summary>
internal static class LocalSimulation
{
    private const int LinesShown = 60;

    // In a large cluster much may be due at one instant.
    private const int TurnsPerInstantMin = 2_000_000;
    private const int TurnsPerNode = 20_000;

    /// <returns>0 when every invariant held, 1 when one did not or nothing could be simulated.</returns>
    public static int Run(SimulateSettings settings)
    {
        try
        {
            if (settings.Fault() is { } fault) throw new StartException(fault);
            using var log = settings.Log is { } path ? new StreamWriter(path) : null;
            var began = Stopwatch.GetTimestamp();
            var result = Simulation.Run(OptionsOf(settings, log));
            Print(result, Stopwatch.GetElapsedTime(began));
            if (result.Violation is null) return 0;
            PrintViolation(result, settings);
            return 1;
        }
        catch (Exception refused) when (refused is StartException or ApiException or IOException
            or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"orc: {refused.Message}");
            return 1;
        }
    }

    private static SimulationOptions OptionsOf(SimulateSettings settings, TextWriter? log) => new()
    {
        Seed = settings.Seed,
        Nodes = settings.Nodes,
        NodesAfter = TimeSpan.FromSeconds(settings.NodesAfterSeconds),
        TurnsPerInstantMax = TurnsPerInstantMin + (settings.Nodes * TurnsPerNode),
        Silos = settings.Silos,
        Duration = TimeSpan.FromHours(settings.Hours),
        Stores = settings.HasStorePerSilo ? StoreLayout.PerSilo : StoreLayout.Shared,
        Faults = settings.HasFaults ? FaultOptions.All : FaultOptions.None,
        Objects = settings.File is { } file ? Manifests.Read(File.ReadAllText(file)) : null,
        Log = log,
        Progress = Console.WriteLine,
    };

    private static void Print(SimulationResult result, TimeSpan took)
    {
        Line("seed", result.Seed);
        Line("virtual time", $"{result.VirtualTime:d\\.hh\\:mm\\:ss} in {took.TotalSeconds:0.0} s");
        if (result.PlacedPerSecond > 0) Line("pods placed per second of real time", $"{result.PlacedPerSecond:0}");
        Line("memory", $"{Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB at most");
        Line("processor time", $"{Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s");
        Line("turns", result.Turns);
        Line("revisions", result.Revisions);
        Line("longest time to settle", $"{result.LongestSettling.TotalSeconds:0} s");
        foreach (var (what, count) in result.Counts) Line(what, count);
        Line("event log", $"sha256:{result.LogHash}");
        Line("invariants", result.Violation is null ? "all held" : "VIOLATED");
    }

    private static void Line(string what, object value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-44} {value}"));

    private static void PrintViolation(SimulationResult result, SimulateSettings settings)
    {
        Console.WriteLine();
        foreach (var line in result.LastLines.TakeLast(LinesShown)) Console.WriteLine(line);
        Console.WriteLine();
        if (result.Trace is { } trace) Console.WriteLine(trace);
        Console.WriteLine($"violated: {result.Violation}");
        Console.WriteLine($"repeat:   {settings}");
    }
}
