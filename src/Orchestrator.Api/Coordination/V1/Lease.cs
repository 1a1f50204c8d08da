using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Coordination.V1;

/// <summary>A time-bounded claim, held by one identity.</summary>
public sealed record Lease : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Lease> Kind { get; } = new("coordination.k8s.io/v1", "Lease", "leases");

    public LeaseSpec Spec { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>LeaseSpec</c> of the Kubernetes coordination/v1 schema.</summary>
public sealed record LeaseSpec
{
    [KeepEmpty]
    public string? HolderIdentity { get; init; }
    public int? LeaseDurationSeconds { get; init; }
    public MicroTime? AcquireTime { get; init; }
    public MicroTime? RenewTime { get; init; }
    public int? LeaseTransitions { get; init; }
    [KeepEmpty]
    public string? Strategy { get; init; }
    [KeepEmpty]
    public string? PreferredHolder { get; init; }
}
