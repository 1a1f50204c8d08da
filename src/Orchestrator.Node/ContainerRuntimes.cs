using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes;

/// <summary>
/// The runtimes of this process: one per node and endpoint, shared by whoever asks, so that the node and the API server
/// use the same connections. Owns them: callers never dispose of what they get.
/// </summary>
public sealed class ContainerRuntimes(ContainerRuntimeOptions options, TimeProvider time, ILoggerFactory logs)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Node, string Endpoint), Lazy<IContainerRuntime>> _runtimes = new();

    /// <summary>The runtime of a node. Connects to nothing yet.</summary>
    /// <param name="endpoint"><c>unix:///path</c>, <c>tcp://host:port</c> or <c>simulated://…</c>.</param>
    /// <exception cref="FormatException">The endpoint is none of these.</exception>
    public IContainerRuntime For(string nodeName, string endpoint) =>
        _runtimes.GetOrAdd((nodeName, endpoint), key => new Lazy<IContainerRuntime>(() => Make(key.Node, key.Endpoint)))
            .Value;

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

    private IContainerRuntime Make(string nodeName, string endpoint)
    {
        var label = $"{options.Cluster}/{nodeName}";
        return endpoint.StartsWith(SimulatedOptions.Scheme, StringComparison.Ordinal)
            ? new SimulatedRuntime(label, SimulatedOptions.Parse(endpoint, options.Simulated), time)
            : new Docker.DockerRuntime(
                endpoint, label, options.Docker, time, logs.CreateLogger<Docker.DockerRuntime>());
    }
}
