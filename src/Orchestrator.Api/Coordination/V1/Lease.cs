using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Coordination.V1;

/// <summary>A time-bounded claim, held by one identity.</summary>
public sealed record Lease : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Lease> Kind { get; } = new("coordination.k8s.io/v1", "Lease", "leases")
    {
        UpdateNeedsVersion = true,
        PutCreates = true,
        Columns =
        [
            Cells.Name<Lease>(), new("Holder", "string", (lease, _) => lease.Spec.HolderIdentity ?? ""),
            Cells.Age<Lease>(),
        ],
        Validate = static (lease, _) => Check(lease.Spec),
    };

    public LeaseSpec Spec { get; init => field = value ?? new(); } = new();

    private static IReadOnlyList<FieldError> Check(LeaseSpec spec)
    {
        var errors = new FieldErrors();
        var at = errors["spec"];
        if (spec.LeaseDurationSeconds is <= 0)
        {
            at["leaseDurationSeconds"].Invalid(spec.LeaseDurationSeconds, "must be greater than 0");
        }
        if (spec.LeaseTransitions is { } transitions) at["leaseTransitions"].CheckNotNegative(transitions);
        if (spec is { PreferredHolder.Length: > 0, Strategy: null or "" })
        {
            at["preferredHolder"].Forbidden("may only be specified if `strategy` is defined");
        }
        return errors.Found;
    }
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
