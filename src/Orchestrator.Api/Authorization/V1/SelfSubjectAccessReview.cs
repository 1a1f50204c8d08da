using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Authorization.V1;

/// <summary>A question that is answered and never stored: may I do that?</summary>
public sealed record SelfSubjectAccessReview : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<SelfSubjectAccessReview> Kind { get; } =
        new("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews")
        {
            IsNamespaced = false,
            Verbs = ["create"],
        };

    public SelfSubjectAccessReviewSpec Spec { get; init => field = value ?? new(); } = new();
    public SubjectAccessReviewStatus? Status { get; init; }
}

/// <summary>The <c>SelfSubjectAccessReviewSpec</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record SelfSubjectAccessReviewSpec
{
    public ResourceAttributes? ResourceAttributes { get; init; }
    public NonResourceAttributes? NonResourceAttributes { get; init; }
}

/// <summary>The <c>ResourceAttributes</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record ResourceAttributes
{
    public string? Namespace { get; init; }
    public string? Verb { get; init; }
    public string? Group { get; init; }
    public string? Version { get; init; }
    public string? Resource { get; init; }
    public string? Subresource { get; init; }
    public string? Name { get; init; }
    public JsonElement? FieldSelector { get; init; }
    public JsonElement? LabelSelector { get; init; }
}

/// <summary>The <c>NonResourceAttributes</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record NonResourceAttributes
{
    public string? Path { get; init; }
    public string? Verb { get; init; }
}

/// <summary>The <c>SubjectAccessReviewStatus</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record SubjectAccessReviewStatus
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Allowed { get; init; }
    public bool Denied { get; init; }
    public string? Reason { get; init; }
    public string? EvaluationError { get; init; }
}
