using Orchestrator.ApiServer;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>
/// A server that soon cuts off who does not read. It waits as long as usual for what is sent, so that who does read may
/// be slow.
/// </summary>
public sealed class UnheardServer : SharedServer
{
    /// <inheritdoc />
    protected override void Configure(ApiServerOptions options) =>
        (options.WatchStallMax, options.ReadBytesPerSecondMin) = (TimeSpan.FromSeconds(1), 10 * 1024 * 1024);
}
