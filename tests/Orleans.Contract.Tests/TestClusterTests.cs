using Microsoft.Extensions.Configuration;
using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>The older test cluster, configured by types.</summary>
public sealed class TestClusterTests
{
    [Fact]
    public async Task A_test_cluster_is_configured_by_its_configurators()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silos>();
        builder.AddClientBuilderConfigurator<Clients>();
        builder.Properties["colour"] = "blue";
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        Assert.Equal(2, cluster.Silos.Count);
        Assert.NotNull(cluster.Primary);
        Assert.Equal(3, await cluster.GrainFactory.GetGrain<IEchoGrain>("a").Number(3));
        var grain = cluster.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        await grain.Write("stored");
        Assert.Equal("stored", await grain.Value());
        var added = await cluster.StartAdditionalSiloAsync();
        Assert.Equal(3, cluster.GetActiveSilos().Count());
        await cluster.StopSiloAsync(added);
        Assert.Equal(2, cluster.GetActiveSilos().Count());
        Assert.Equal(4, await cluster.Client.GetGrain<IEchoGrain>("b").Number(4));
    }

    private sealed class Silos : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            Assert.Equal("blue", siloBuilder.Configuration["colour"]);
            siloBuilder.AddMemoryGrainStorage(ClusterFixture.Storage);
        }
    }

    private sealed class Clients : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.Configure<ClientMessagingOptions>(
                options => options.ResponseTimeout = TimeSpan.FromSeconds(20));
    }
}
