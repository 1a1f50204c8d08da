using Orleans.Placement;
using Orleans.Runtime;

namespace Orchestrator.Grains.Nodes;

/// <summary>A node behind a local socket is run on its machine, any other one wherever there is room.</summary>
[GenerateSerializer, Immutable]
public sealed class NodePlacement : PlacementStrategy;

/// <summary>See <see cref="NodePlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NodePlacementAttribute() : PlacementAttribute(new NodePlacement());
