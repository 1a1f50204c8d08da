using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>The <c>CrossVersionObjectReference</c> of the Kubernetes autoscaling/v1 and v2 schemas.</summary>
public sealed record CrossVersionObjectReference
{
    [KeepEmpty]
    public string Kind { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public string? ApiVersion { get; init; }
}
