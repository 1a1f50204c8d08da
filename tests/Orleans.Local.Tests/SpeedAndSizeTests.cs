using Xunit.Abstractions;

namespace Orleans.Local.Tests;

/// <summary>
/// The engine must stay far from being what limits the product. Bounds are loose, for test machines are busy.
/// </summary>
public sealed class SpeedAndSizeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Calls_are_cheap()
    {
        await using var cluster = await Deploy();
        var grain = cluster.Client.GetGrain<ITinyGrain>("speed");
        await Burst(grain, 20_000);
        var best = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var start = TimeProvider.System.GetTimestamp();
            await Burst(grain, 100_000);
            best = Math.Min(best, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        }

        output.WriteLine($"{100_000 / best:N0} calls/s");
        Assert.True(100_000 / best > 50_000, $"{100_000 / best:N0} calls/s");
    }

    [Fact]
    public async Task Idle_activations_are_small()
    {
        await using var cluster = await Deploy();
        await Activate(cluster, "warm", 2_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Activate(cluster, "size", 20_000);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / 20_000;
        output.WriteLine($"{each} bytes each");
        Assert.InRange(each, 100, 3_000);
    }

    private static async Task<InProcessTestCluster> Deploy()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static async Task Burst(ITinyGrain grain, int calls)
    {
        const int Window = 100;
        for (var done = 0; done < calls; done += Window)
        {
            var tasks = new Task[Window];
            for (var index = 0; index < Window; index++)
            {
                tasks[index] = grain.Add(index);
            }

            await Task.WhenAll(tasks);
        }
    }

    private static async Task Activate(InProcessTestCluster cluster, string prefix, int count)
    {
        for (var index = 0; index < count; index++)
        {
            await cluster.Client.GetGrain<ITinyGrain>($"{prefix}-{index}").Add(1);
        }
    }
}
