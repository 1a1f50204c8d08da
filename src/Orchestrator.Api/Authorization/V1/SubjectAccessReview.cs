using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Authorization.V1;

/// <summary>A question that is answered and never stored: may this user do that?</summary>
public sealed record SubjectAccessReview : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<SubjectAccessReview> Kind { get; } =
        new("authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews")
        {
            IsNamespaced = false,
            Verbs = ["create"],
        };

    public SubjectAccessReviewSpec Spec { get; init => field = value ?? new(); } = new();
    public SubjectAccessReviewStatus? Status { get; init; }
}

/// <summary>The same question within one namespace.</summary>
public sealed record LocalSubjectAccessReview : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<LocalSubjectAccessReview> Kind { get; } =
        new("authorization.k8s.io/v1", "LocalSubjectAccessReview", "localsubjectaccessreviews") { Verbs = ["create"] };

    public SubjectAccessReviewSpec Spec { get; init => field = value ?? new(); } = new();
    public SubjectAccessReviewStatus? Status { get; init; }
}

/// <summary>The <c>SubjectAccessReviewSpec</c> of the Kubernetes authorization.k8s.io/v1 schema.</summary>
public sealed record SubjectAccessReviewSpec
{
    public ResourceAttributes? ResourceAttributes { get; init; }
    public NonResourceAttributes? NonResourceAttributes { get; init; }
    public string? User { get; init; }
    public IReadOnlyList<string> Groups { get; init => field = value ?? []; } = [];
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra
    {
        get; init => field = value ?? Map<IReadOnlyList<string>>.Empty;
    } = Map<IReadOnlyList<string>>.Empty;
    public string? Uid { get; init; }
}
