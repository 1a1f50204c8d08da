using System.Diagnostics;
using Orleans.TestingHost;

namespace Orchestrator.Benchmarks;

/// <summary>Answers pings.</summary>
public interface IPingGrain : IGrainWithStringKey
{
    /// <summary>Answers with what it was sent.</summary>
    Task<int> Ping(int value);
}

/// <summary>Answers pings.</summary>
public sealed class PingGrain : Grain, IPingGrain
{
    /// <inheritdoc />
    public Task<int> Ping(int value) => Task.FromResult(value);
}

/// <summary>Grain calls per second on the engine the benchmarks were built with, client in the process.</summary>
internal static class GrainCalls
{
    private const int Grains = 1000;
    private const double Seconds = 2;

    public static async Task MeasureAsync(Table table)
    {
        var builder = new InProcessTestClusterBuilder(1);
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        foreach (var callers in new[] { 1, 16, 64 })
        {
            await Run(cluster, callers, 0.5);
            table.Add($"grain calls/s, {OrcProcess.Engine} engine, {callers} callers",
                $"{await Run(cluster, callers, Seconds):N0}");
        }
    }

    private static async Task<double> Run(InProcessTestCluster cluster, int callers, double seconds)
    {
        var grains = Enumerable.Range(0, Grains).Select(i => cluster.Client.GetGrain<IPingGrain>($"{i}")).ToArray();
        var count = 0L;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var own = 0;
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                for (var i = 0; i < 100; i++) await grains[(own + i + (caller * 37)) % Grains].Ping(i);
                own += 100;
            }
            Interlocked.Add(ref count, own);
        })));
        return count / watch.Elapsed.TotalSeconds;
    }
}
