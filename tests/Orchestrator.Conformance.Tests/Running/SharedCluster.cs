namespace Orchestrator.Conformance.Tests.Running;

/// <summary>One cluster for all the tests that leave it as they found it.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    /// <summary>The running cluster.</summary>
    public Cluster Cluster { get; } = new();

    /// <inheritdoc />
    public Task InitializeAsync() => Cluster.StartAsync();

    /// <inheritdoc />
    public Task DisposeAsync() => Cluster.DisposeAsync().AsTask();
}

/// <summary>Tests of one shared cluster run one after another.</summary>
[CollectionDefinition(nameof(SharedCluster))]
public sealed class SharedClusterCollection : ICollectionFixture<SharedCluster>;
