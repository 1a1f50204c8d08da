using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>How much one pod, container or claim of a namespace may ask for.</summary>
public sealed record LimitRange : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<LimitRange> Kind { get; } = new("v1", "LimitRange", "limitranges")
    {
        ShortNames = ["limits"],
        PutCreates = true,
        Columns = [Cells.Name<LimitRange>(), Cells.CreatedAt<LimitRange>()],
        Default = static range => range with
        {
            Spec = new() { Limits = [.. range.Spec.Limits.Select(LimitRangeDefaults.Apply)] },
        },
        Validate = static (range, _) => LimitRangeValidation.Check(range),
    };

    public LimitRangeSpec Spec { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>LimitRangeSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LimitRangeSpec
{
    [KeepEmpty]
    public IReadOnlyList<LimitRangeItem> Limits { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>LimitRangeItem</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LimitRangeItem
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    public IReadOnlyDictionary<string, Quantity> Max { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> Min { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> Default { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> DefaultRequest { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> MaxLimitRequestRatio
    {
        get; init => field = value ?? Map<Quantity>.Empty;
    } = Map<Quantity>.Empty;
}
