using Orchestrator.ApiServer;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>One server for tests that do not disturb each other.</summary>
public class SharedServer : IAsyncLifetime
{
    /// <summary>The server.</summary>
    public Server Server { get; private set; } = null!;

    /// <inheritdoc />
    public async Task InitializeAsync() => Server = await Server.StartAsync(Configure, historyMax: 20_000);

    /// <inheritdoc />
    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Sets what is not as usual.</summary>
    protected virtual void Configure(ApiServerOptions options)
    {
    }
}
