using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>How much all that is in a namespace may use together.</summary>
public sealed record ResourceQuota : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ResourceQuota> Kind { get; } = new("v1", "ResourceQuota", "resourcequotas")
    {
        ShortNames = ["quota"],
        Subresources = [Subresource.Status],
        Columns =
        [
            Cells.Name<ResourceQuota>(), Cells.Age<ResourceQuota>(),
            new("Request", "string", (quota, _) => Used(quota, ofLimits: false)),
            new("Limit", "string", (quota, _) => Used(quota, ofLimits: true)),
        ],
        PrepareCreate = static quota => quota with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = ResourceQuotaValidation.Check,
    };

    public ResourceQuotaSpec Spec { get; init => field = value ?? new(); } = new();
    public ResourceQuotaStatus Status { get; init => field = value ?? new(); } = new();

    private static string Used(ResourceQuota quota, bool ofLimits) => string.Join(", ", quota.Status.Hard
        .Where(hard => hard.Key.StartsWith("limits", StringComparison.Ordinal) == ofLimits)
        .OrderBy(hard => hard.Key, StringComparer.Ordinal)
        .Select(hard => $"{hard.Key}: {quota.Status.Used.GetValueOrDefault(hard.Key)}/{hard.Value}"));
}

/// <summary>The <c>ResourceQuotaSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ResourceQuotaSpec
{
    public IReadOnlyDictionary<string, Quantity> Hard { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    [OneOf(
        "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity")]
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];
    public ScopeSelector? ScopeSelector { get; init; }
}

/// <summary>The <c>ScopeSelector</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ScopeSelector
{
    public IReadOnlyList<ScopedResourceSelectorRequirement> MatchExpressions
    {
        get; init => field = value ?? [];
    } = [];
}

/// <summary>The <c>ScopedResourceSelectorRequirement</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ScopedResourceSelectorRequirement
{
    [KeepEmpty]
    [OneOf(
        "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity")]
    public string ScopeName { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    [OneOf("In", "NotIn", "Exists", "DoesNotExist")]
    public string Operator { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<string> Values { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>ResourceQuotaStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ResourceQuotaStatus
{
    public IReadOnlyDictionary<string, Quantity> Hard { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> Used { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
}
