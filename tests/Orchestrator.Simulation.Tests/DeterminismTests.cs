using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orchestrator.Simulations.Faults;

namespace Orchestrator.Simulations.Tests;

/// <summary>Same seed, same history, byte for byte, here and in a fresh process.</summary>
public sealed class DeterminismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(22)]
    [InlineData(23)]
    public void The_same_seed_gives_the_same_log(int seed)
    {
        var (first, second) = ("", "");
        // Side by side, so that whatever they share or leave to the thread pool differs.
        Parallel.Invoke(
            () => first = LogOf(Seeds.BusyOptionsOf(seed)), () => second = LogOf(Seeds.BusyOptionsOf(seed)),
            () => LogOf(Seeds.BusyOptionsOf(seed + 1)));
        Assert.True(first.Length > 100_000, $"only {first.Length} characters happened");
        Assert.Equal(first, second);
    }

    [Fact]
    public void Another_seed_gives_another_log() => Assert.NotEqual(
        Simulation.Run(Seeds.OptionsOf(1)).LogHash, Simulation.Run(Seeds.OptionsOf(1) with { Seed = 2 }).LogHash);

    [Fact]
    public void Without_faults_the_same_seed_gives_the_same_log()
    {
        var options = Seeds.OptionsOf(4) with { Faults = FaultOptions.None };
        Assert.Equal(LogOf(options), LogOf(options));
    }

    // Hashes of texts differ from process to process, and so would whatever depends on them.
    [Fact]
    public async Task A_fresh_process_comes_to_the_same()
    {
        const int first = 30;
        const int count = 4;
        var isHost = Environment.ProcessPath?.EndsWith("dotnet", StringComparison.Ordinal) == true;
        var start = new ProcessStartInfo(isHost ? Environment.ProcessPath! : "dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                typeof(DeterminismTests).Assembly.Location, first.ToString(CultureInfo.InvariantCulture),
                count.ToString(CultureInfo.InvariantCulture),
            },
        };
        using var process = Process.Start(start)!;
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var hashes = printed.Split('\n').Take(count).Select(line => line.Split(' ')[1]);
        Assert.Equal(
            Enumerable.Range(first, count).Select(seed => Simulation.Run(Seeds.OptionsOf(seed)).LogHash), hashes);
    }

    private static string LogOf(SimulationOptions options)
    {
        var log = new StringBuilder();
        using var writer = new StringWriter(log);
        Simulation.Run(options with { Log = writer });
        return log.ToString();
    }
}
