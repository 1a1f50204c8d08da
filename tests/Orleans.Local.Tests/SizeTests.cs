using Xunit.Abstractions;

namespace Orleans.Local.Tests;

/// <summary>What an activation costs in memory must stay far from being what limits the product.</summary>
public sealed class SizeTests(ITestOutputHelper output)
{
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

    private static async Task Activate(InProcessTestCluster cluster, string prefix, int count)
    {
        for (var index = 0; index < count; index++)
        {
            await cluster.Client.GetGrain<ITinyGrain>($"{prefix}-{index}").Add(1);
        }
    }
}
