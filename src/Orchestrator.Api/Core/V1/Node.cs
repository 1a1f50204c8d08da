using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>One container engine that pods may be bound to.</summary>
public sealed record Node : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Node> Kind { get; } = new("v1", "Node", "nodes") { IsNamespaced = false };

    public NodeSpec Spec { get; init => field = value ?? new(); } = new();
    public NodeStatus Status { get; init => field = value ?? new(); } = new();
}
