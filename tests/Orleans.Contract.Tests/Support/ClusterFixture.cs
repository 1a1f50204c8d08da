namespace Orleans.Contract.Tests.Support;

/// <summary>Two silos shared by the tests that do not stop any.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public const string Storage = "memory";

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public IClusterClient Client => Cluster.Client;

    public static string NewKey() => Guid.NewGuid().ToString("N");

    public static InProcessTestClusterBuilder Builder(short silos = 2)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        KilledSilos.Outlive(builder);
        builder.ConfigureSilo((_, silo) => silo
            .AddMemoryGrainStorage(Storage)
            .AddMemoryGrainStorageAsDefault()
            .UseInMemoryReminderService());
        return builder;
    }

    public async Task InitializeAsync()
    {
        var builder = Builder();
        builder.ConfigureSilo((_, silo) =>
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(30)));
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>Binds test classes to the shared cluster.</summary>
[CollectionDefinition(nameof(SharedCluster))]
public sealed class SharedCluster : ICollectionFixture<ClusterFixture>;
