using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Authorization.V1;

/// <summary>A question that is answered and never stored: what may I do in a namespace?</summary>
public sealed record SelfSubjectRulesReview : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<SelfSubjectRulesReview> Kind { get; } =
        new("authorization.k8s.io/v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews")
        {
            IsNamespaced = false,
            Verbs = ["create"],
        };

    public SelfSubjectRulesReviewSpec Spec { get; init => field = value ?? new(); } = new();
    public SubjectRulesReviewStatus? Status { get; init; }
}

/// <summary>The <c>SelfSubjectRulesReviewSpec</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record SelfSubjectRulesReviewSpec
{
    public string? Namespace { get; init; }
}

/// <summary>The <c>SubjectRulesReviewStatus</c> of the Kubernetes schema; both lists are always written.</summary>
public sealed record SubjectRulesReviewStatus
{
    public ResourceRule[] ResourceRules { get; init => field = value ?? []; } = [];
    public NonResourceRule[] NonResourceRules { get; init => field = value ?? []; } = [];
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Incomplete { get; init; }
    public string? EvaluationError { get; init; }
}

/// <summary>The <c>ResourceRule</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record ResourceRule
{
    public IReadOnlyList<string> Verbs { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> ApiGroups { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Resources { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> ResourceNames { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NonResourceRule</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record NonResourceRule
{
    public IReadOnlyList<string> Verbs { get; init => field = value ?? []; } = [];
    [JsonPropertyName("nonResourceURLs")]
    public IReadOnlyList<string> NonResourceUrls { get; init => field = value ?? []; } = [];
}
