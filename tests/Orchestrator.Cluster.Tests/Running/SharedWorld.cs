namespace Orchestrator.Cluster.Tests.Running;

/// <summary>One world for tests that do not disturb each other.</summary>
public sealed class SharedWorld : IAsyncLifetime
{
    public TestWorld World { get; private set; } = null!;

    public async Task InitializeAsync() => World = await TestWorld.StartAsync();

    public async Task DisposeAsync() => await World.DisposeAsync();
}
