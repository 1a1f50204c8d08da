using Orchestrator.ApiServer;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>One server for tests that do not disturb each other; impatient, so that none of them takes long.</summary>
public class SharedServer : IAsyncLifetime
{
    /// <summary>The server.</summary>
    public Server Server { get; private set; } = null!;

    /// <inheritdoc />
    public async Task InitializeAsync() => Server = await Server.StartAsync(Configure, historyMax: 20_000);

    /// <inheritdoc />
    public async Task DisposeAsync() => await Server.DisposeAsync();

    private static void Configure(ApiServerOptions options)
    {
        (options.HeadTimeout, options.BodyTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        (options.IdleTimeout, options.WatchStallMax) = (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        options.ReadBytesPerSecondMin = 10 * 1024 * 1024;
    }
}
