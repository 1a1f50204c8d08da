using Orchestrator.Nodes;

namespace Orchestrator.Grains.Nodes;

/// <summary>The settings of a node's agent, whoever runs it.</summary>
public static class NodeOptions
{
    /// <summary>The settings of one node, but for its warm sandboxes.</summary>
    /// <param name="options">Those of all nodes.</param>
    /// <param name="name">The node.</param>
    /// <param name="endpoint">Where its engine listens.</param>
    /// <param name="address">The machine's address.</param>
    /// <param name="staticPods">The folder of manifests that it runs by itself; null for none.</param>
    public static NodeAgentOptions Of(
        GrainOptions options, string name, string endpoint, string address, string? staticPods)
    {
        // Files of pods exist only where containers do: on the machine behind a local socket.
        var isLocal = endpoint.StartsWith("unix://", StringComparison.Ordinal);
        return options.Nodes.Applied(new NodeAgentOptions
        {
            NodeName = name,
            HostIP = address,
            DataDirectory = isLocal ? Path.Combine(options.DataDirectory, "nodes", name) : null,
            MemoryDirectory = isLocal ? options.MemoryDirectory : null,
            StaticPodDirectory = isLocal ? staticPods : null,
            Policy = options.NodePolicy,
            ContainerRestartPeriodMax = options.ContainerRestartPeriodMax,
            HasReducedCrashBackOff = options.HasReducedCrashBackOff,
        });
    }
}
