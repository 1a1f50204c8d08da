using Orchestrator.Api.Core.V1;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>What the pods of a node use at one time.</summary>
internal sealed record NodeReading(Node Node, IReadOnlyList<PodReading> Pods);

/// <summary>What one pod uses: its containers, its network, and what each container has written, by id.</summary>
internal sealed record PodReading(
    PodUsage Usage, ContainerUsage? Sandbox, IReadOnlyDictionary<string, long> WrittenBytes)
{
    public Pod Pod => Usage.Pod;

    /// <summary>Bytes written into a container's own file system; null when they were not counted.</summary>
    public long? WrittenBy(NamedRate container) =>
        WrittenBytes.TryGetValue(UsageReader.Bare(container.Status.ContainerID ?? ""), out var bytes) ? bytes : null;
}
