using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Batch.V1;

/// <summary>The <c>PodFailurePolicy</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record PodFailurePolicy
{
    public IReadOnlyList<PodFailurePolicyRule> Rules { get; init => field = value ?? []; } = [];

    /// <summary>The policy with what the user left out filled in.</summary>
    internal PodFailurePolicy Defaulted() => new()
    {
        Rules =
        [
            .. Rules.Select(rule => rule with
            {
                OnPodConditions =
                [
                    .. rule.OnPodConditions.Select(
                        pattern => pattern.Status.Length == 0 ? pattern with { Status = "True" } : pattern),
                ],
            }),
        ],
    };
}

/// <summary>The <c>PodFailurePolicyRule</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record PodFailurePolicyRule
{
    [KeepEmpty]
    [OneOf("Count", "FailIndex", "FailJob", "Ignore")]
    public string Action { get; init => field = value ?? ""; } = "";
    public PodFailurePolicyOnExitCodesRequirement? OnExitCodes { get; init; }
    public IReadOnlyList<PodFailurePolicyOnPodConditionsPattern> OnPodConditions
    {
        get; init => field = value ?? [];
    } = [];
}

/// <summary>The <c>PodFailurePolicyOnExitCodesRequirement</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record PodFailurePolicyOnExitCodesRequirement
{
    [KeepEmpty]
    public string? ContainerName { get; init; }
    [KeepEmpty]
    [OneOf("In", "NotIn")]
    public string Operator { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<int> Values { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>PodFailurePolicyOnPodConditionsPattern</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record PodFailurePolicyOnPodConditionsPattern
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>SuccessPolicy</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record SuccessPolicy
{
    public IReadOnlyList<SuccessPolicyRule> Rules { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>SuccessPolicyRule</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record SuccessPolicyRule
{
    [KeepEmpty]
    public string? SucceededIndexes { get; init; }
    public int? SucceededCount { get; init; }
}
