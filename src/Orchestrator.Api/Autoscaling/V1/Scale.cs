using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>The replica count of a scalable object, apart from the rest of it.</summary>
public sealed record Scale : ApiObject
{
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
