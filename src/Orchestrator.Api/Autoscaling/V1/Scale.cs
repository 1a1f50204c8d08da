using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>The replica count of a scalable object, apart from the rest of it.</summary>
public sealed record Scale : ApiObject
{
    /// <summary>How it is printed; it is served under the objects that are scaled, never by itself.</summary>
    public static Kind<Scale> Kind { get; } = new("autoscaling/v1", "Scale", "scales")
    {
        Columns =
        [
            Cells.Name<Scale>(),
            new("Desired", "integer", (scale, _) => scale.Spec.Replicas),
            new("Available", "integer", (scale, _) => scale.Status.Replicas),
            Cells.Age<Scale>(),
        ],
    };

    public ScaleSpec Spec { get; init => field = value ?? new(); } = new();
    public ScaleStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ScaleSpec</c> of the Kubernetes autoscaling/v1 schema.</summary>
public sealed record ScaleSpec
{
    public int Replicas { get; init; }
}

/// <summary>The <c>ScaleStatus</c> of the Kubernetes autoscaling/v1 schema.</summary>
public sealed record ScaleStatus
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Replicas { get; init; }
    public string? Selector { get; init; }
}
