using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Authentication.V1;

/// <summary>A question that is answered and never stored: whose is this token?</summary>
public sealed record TokenReview : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<TokenReview> Kind { get; } = new("authentication.k8s.io/v1", "TokenReview", "tokenreviews")
    {
        IsNamespaced = false,
        Verbs = ["create"],
    };

    public TokenReviewSpec Spec { get; init => field = value ?? new(); } = new();
    public TokenReviewStatus? Status { get; init; }
}

/// <summary>The <c>TokenReviewSpec</c> of the Kubernetes authentication.k8s.io/v1 schema.</summary>
public sealed record TokenReviewSpec
{
    public string? Token { get; init; }
    public IReadOnlyList<string> Audiences { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>TokenReviewStatus</c> of the Kubernetes authentication.k8s.io/v1 schema.</summary>
public sealed record TokenReviewStatus
{
    public bool Authenticated { get; init; }
    public ReviewedUser User { get; init => field = value ?? new(); } = new();
    public IReadOnlyList<string> Audiences { get; init => field = value ?? []; } = [];
    public string? Error { get; init; }
}
