using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>Containers that share network, IPC and volumes, bound to one node once.</summary>
public sealed record Pod : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Pod> Kind { get; } = new("v1", "Pod", "pods");

    public PodSpec Spec { get; init => field = value ?? new(); } = new();
    public PodStatus Status { get; init => field = value ?? new(); } = new();
}
