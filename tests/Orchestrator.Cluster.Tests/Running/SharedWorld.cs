namespace Orchestrator.Cluster.Tests.Running;

/// <summary>One world for tests that do not disturb each other.</summary>
public class SharedWorld : IAsyncLifetime
{
    public TestWorld World { get; private set; } = null!;

    public async Task InitializeAsync() => World = await StartAsync();

    public async Task DisposeAsync() => await World.DisposeAsync();

    protected virtual Task<TestWorld> StartAsync() => TestWorld.StartAsync();
}

/// <summary>The same of three silos that hear late of what the others write.</summary>
public sealed class ScatteredWorld : SharedWorld
{
    protected override Task<TestWorld> StartAsync() => TestWorld.StartApartAsync();
}
