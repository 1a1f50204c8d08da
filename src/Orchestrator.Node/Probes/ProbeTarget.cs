using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Probes;

/// <summary>One attempt of a container, and how it is reached.</summary>
/// <param name="Address">Of its pod, or of the machine whose network the pod uses.</param>
internal sealed record ProbeTarget(string ContainerId, Container Container, string Address);
