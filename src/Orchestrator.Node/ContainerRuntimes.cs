using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes;

/// <summary>
/// The runtimes of this process: one per node and endpoint, shared by whoever asks, so that the node and the API server
/// use the same connections. Owns them: callers never dispose of what they get.
/// </summary>
public sealed class ContainerRuntimes(ContainerRuntimeOptions options, TimeProvider time, ILoggerFactory logs)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<RuntimeKey, Lazy<IContainerRuntime>> _runtimes = new();

    /// <summary>The runtime of a node. Connects to nothing yet.</summary>
    /// <param name="endpoint">
    /// <c>unix:///path</c>, <c>tcp://host:port</c>, <c>ssh://[user@]host[:port]</c> or <c>simulated://…</c>.
    /// </param>
    /// <param name="credentials">For mutual TLS; without them tcp is refused but for addresses of this machine.</param>
    /// <exception cref="FormatException">The endpoint is none of these, or may not be spoken to so.</exception>
    public IContainerRuntime For(string nodeName, string endpoint, EngineCredentials? credentials = null) =>
        _runtimes.GetOrAdd(
            new RuntimeKey(nodeName, endpoint, credentials),
            key => new Lazy<IContainerRuntime>(() => Make(key))).Value;

    /// <summary>
    /// What <see cref="For"/> would refuse, as one sentence for whoever wrote the endpoint; null when nothing.
    /// </summary>
    public string? Fault(string endpoint, EngineCredentials? credentials = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!IsSimulated(endpoint))
        {
            return DockerEndpoint.Fault(endpoint)
                ?? EngineTransports.Fault(DockerEndpoint.Parse(endpoint), credentials, options.Docker);
        }
        try
        {
            SimulatedOptions.Parse(endpoint, options.Simulated);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var key in _runtimes.Keys)
        {
            if (_runtimes.TryRemove(key, out var runtime) && runtime.IsValueCreated)
            {
                await runtime.Value.DisposeAsync();
            }
        }
    }

    private IContainerRuntime Make(RuntimeKey key)
    {
        var label = $"{options.Cluster}/{key.Node}";
        return IsSimulated(key.Endpoint)
            ? new SimulatedRuntime(label, SimulatedOptions.Parse(key.Endpoint, options.Simulated), time)
            : new DockerRuntime(
                key.Endpoint, label, options.Docker, time, logs.CreateLogger<DockerRuntime>(), key.Credentials);
    }

    private static bool IsSimulated(string endpoint) =>
        endpoint.StartsWith(SimulatedOptions.Scheme, StringComparison.Ordinal);

    private sealed record RuntimeKey(string Node, string Endpoint, EngineCredentials? Credentials);
}
