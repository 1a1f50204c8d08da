using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Policy.V1;

/// <summary>How many of some pods may be evicted at once.</summary>
public sealed record PodDisruptionBudget : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<PodDisruptionBudget> Kind { get; } = new(
        "policy/v1", "PodDisruptionBudget", "poddisruptionbudgets")
    {
        ShortNames = ["pdb"],
        Subresources = [Subresource.Status],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<PodDisruptionBudget>(),
            new("Min Available", "string", (budget, _) => budget.Spec.MinAvailable?.ToString() ?? "N/A"),
            new("Max Unavailable", "string", (budget, _) => budget.Spec.MaxUnavailable?.ToString() ?? "N/A"),
            new("Allowed Disruptions", "integer", (budget, _) => budget.Status.DisruptionsAllowed),
            Cells.Age<PodDisruptionBudget>(),
        ],
        PrepareCreate = static budget => budget with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = static (budget, _) => Check(budget),
    };

    public PodDisruptionBudgetSpec Spec { get; init => field = value ?? new(); } = new();
    public PodDisruptionBudgetStatus Status { get; init => field = value ?? new(); } = new();

    private static IReadOnlyList<FieldError> Check(PodDisruptionBudget budget)
    {
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], budget.Spec);
        if (spec is { MinAvailable: not null, MaxUnavailable: not null })
        {
            at.Invalid(new GoLiteral(spec), "minAvailable and maxUnavailable cannot be both set");
        }
        CheckCount(at["minAvailable"], spec.MinAvailable);
        CheckCount(at["maxUnavailable"], spec.MaxUnavailable);
        LabelSelectorRules.Check(at["selector"], spec.Selector);
        if (spec.UnhealthyPodEvictionPolicy is { } policy and not ("IfHealthyBudget" or "AlwaysAllow"))
        {
            at["unhealthyPodEvictionPolicy"].NotSupported(policy, "AlwaysAllow", "IfHealthyBudget");
        }
        return errors.Found;
    }

    private static void CheckCount(FieldErrors at, IntOrString? count)
    {
        if (count is not { } value) return;
        CountRules.Check(at, value);
        CountRules.CheckAtMostAll(at, value);
    }
}

/// <summary>The <c>PodDisruptionBudgetSpec</c> of the Kubernetes policy/v1 schema.</summary>
public sealed record PodDisruptionBudgetSpec
{
    public IntOrString? MinAvailable { get; init; }
    public LabelSelector? Selector { get; init; }
    public IntOrString? MaxUnavailable { get; init; }
    [KeepEmpty]
    public string? UnhealthyPodEvictionPolicy { get; init; }
}

/// <summary>The <c>PodDisruptionBudgetStatus</c> of the Kubernetes policy/v1 schema.</summary>
public sealed record PodDisruptionBudgetStatus
{
    public long ObservedGeneration { get; init; }
    public IReadOnlyDictionary<string, DateTimeOffset> DisruptedPods
    {
        get; init => field = value ?? Map<DateTimeOffset>.Empty;
    } = Map<DateTimeOffset>.Empty;
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int DisruptionsAllowed { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int CurrentHealthy { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int DesiredHealthy { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int ExpectedPods { get; init; }
    public IReadOnlyList<Condition> Conditions { get; init => field = value ?? []; } = [];
}
