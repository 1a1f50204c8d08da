using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>One container engine that pods may be bound to.</summary>
public sealed record Node : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Node> Kind { get; } = new("v1", "Node", "nodes")
    {
        IsNamespaced = false,
        ShortNames = ["no"],
        Subresources = [Subresource.Status, Subresource.Proxy("Node")],
        Columns = NodeColumns.All,
        Fields = new Dictionary<string, Func<Node, string>>
        {
            ["spec.unschedulable"] = node => node.Spec.Unschedulable ? "true" : "false",
        },
        // A node has what it can give away until it says less.
        Default = static node => node.Status is { Allocatable.Count: 0, Capacity.Count: > 0 }
            ? node with { Status = node.Status with { Allocatable = node.Status.Capacity } }
            : node,
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = NodeValidation.Check,
        NotActedOn = ["spec.configSource", "spec.externalID"],
    };

    public NodeSpec Spec { get; init => field = value ?? new(); } = new();
    public NodeStatus Status { get; init => field = value ?? new(); } = new();
}
