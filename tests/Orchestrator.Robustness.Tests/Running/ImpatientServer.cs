using Orchestrator.ApiServer;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>A server that waits so briefly for what is sent that no test of slow clients takes long.</summary>
public sealed class ImpatientServer : SharedServer
{
    /// <inheritdoc />
    protected override void Configure(ApiServerOptions options)
    {
        (options.HeadTimeout, options.BodyTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        options.IdleTimeout = TimeSpan.FromSeconds(10);
    }
}
