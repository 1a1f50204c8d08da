using System.Globalization;
using Orchestrator.Simulations.Faults;

namespace Orchestrator.Simulations.Tests;

/// <summary>The small clusters that are simulated by the hundred.</summary>
internal static class Seeds
{
    private const int Minutes = 50;

    /// <summary>
    /// Three to six nodes and one to three silos, as the seed says; half of those with several silos have a store each.
    /// </summary>
    public static SimulationOptions OptionsOf(int seed) => new()
    {
        Seed = seed,
        Nodes = 3 + seed % 4,
        Silos = 1 + seed / 4 % 3,
        Stores = seed / 4 % 3 > 0 && seed / 12 % 2 == 1 ? StoreLayout.PerSilo : StoreLayout.Shared,
        TurnsPerInstantMax = 50_000,
        Duration = TimeSpan.FromMinutes(Minutes),
    };

    /// <summary>The same with busier users and more faults, as they were when the first seeds were found.</summary>
    public static SimulationOptions BusyOptionsOf(int seed) => OptionsOf(seed) with
    {
        RequestGap = TimeSpan.FromSeconds(20),
        Faults = FaultOptions.All with { Gap = TimeSpan.FromSeconds(20) },
    };

    /// <summary>So many seeds in a row.</summary>
    public static IEnumerable<SimulationOptions> From(int first, int count) =>
        Enumerable.Range(first, count).Select(OptionsOf);

    /// <summary>The command line that repeats it.</summary>
    public static string CommandOf(SimulationOptions options) => string.Create(CultureInfo.InvariantCulture,
        $"orc simulate --seed {options.Seed} --nodes {options.Nodes} --hours {options.Duration.TotalHours:R} ")
        + $"--silos {options.Silos} --faults {(options.Faults.Kinds.Count == 0 ? "off" : "on")} "
        + $"--stores {(options.Stores == StoreLayout.PerSilo ? "per-silo" : "shared")}";
}
