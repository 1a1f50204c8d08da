using Orchestrator.Api.Core.V1;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>What the pods of a node use at one time.</summary>
internal sealed record NodeReading(Node Node, IReadOnlyList<PodReading> Pods);

/// <summary>What one pod uses: its containers, its network, and what each container has written, by id.</summary>
internal sealed record PodReading(
    PodUsage Usage, ContainerUsage? Sandbox, IReadOnlyDictionary<string, ContainerSize> Sizes)
{
    public Pod Pod => Usage.Pod;

    /// <summary>What a container has written; null when it was not counted.</summary>
    public ContainerSize? SizeOf(NamedRate container) =>
        Sizes.GetValueOrDefault(UsageReader.Bare(container.Status.ContainerID ?? ""));
}
