using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.Environments;

/// <summary>
/// A pod and what only its node can say of it: the sources of environment variables and volume files.
/// </summary>
/// <param name="PodIP">Address of the sandbox; null while there is none.</param>
/// <param name="Allocatable">What the node has to give; stands in where a container has no limit.</param>
public sealed record PodOnNode(
    Pod Pod, string NodeName, string HostIP, string? PodIP, IReadOnlyDictionary<string, Quantity> Allocatable)
{
    /// <summary>Volumes of the pod that outlive it: what the pod calls them → their name in the engine.</summary>
    public IReadOnlyDictionary<string, string> Kept { get; init; } = Map<string>.Empty;
}
