using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Authentication.V1;

/// <summary>A question that is answered and never stored: who am I?</summary>
public sealed record SelfSubjectReview : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<SelfSubjectReview> Kind { get; } =
        new("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews")
        {
            IsNamespaced = false,
            Verbs = ["create"],
        };

    public SelfSubjectReviewStatus? Status { get; init; }
}

/// <summary>The <c>SelfSubjectReviewStatus</c> of the Kubernetes authentication.k8s.io/v1 schema.</summary>
public sealed record SelfSubjectReviewStatus
{
    public ReviewedUser? UserInfo { get; init; }
}

/// <summary>The <c>UserInfo</c> of the Kubernetes authentication.k8s.io/v1 schema.</summary>
public sealed record ReviewedUser
{
    public string? Username { get; init; }
    public string? Uid { get; init; }
    public IReadOnlyList<string> Groups { get; init => field = value ?? []; } = [];
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra
    {
        get; init => field = value ?? Map<IReadOnlyList<string>>.Empty;
    } = Map<IReadOnlyList<string>>.Empty;
}
