using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Authentication.V1;

/// <summary>A token for a service account, asked for and handed out, never stored.</summary>
public sealed record TokenRequest : ApiObject
{
    /// <summary>Its type. It has no resource of its own: it is posted to <c>serviceaccounts/token</c>.</summary>
    public static Kind<TokenRequest> Kind { get; } =
        new("authentication.k8s.io/v1", "TokenRequest", "tokenrequests") { Verbs = ["create"] };

    public TokenRequestSpec Spec { get; init => field = value ?? new(); } = new();
    public TokenRequestStatus? Status { get; init; }
}

/// <summary>The <c>TokenRequestSpec</c> of the Kubernetes authentication.k8s.io/v1 schema.</summary>
public sealed record TokenRequestSpec
{
    public IReadOnlyList<string> Audiences { get; init => field = value ?? []; } = [];
    public long? ExpirationSeconds { get; init; }
    public BoundObjectReference? BoundObjectRef { get; init; }
}

/// <summary>The <c>BoundObjectReference</c> of the Kubernetes authentication.k8s.io/v1 schema.</summary>
public sealed record BoundObjectReference
{
    public string? Kind { get; init; }
    public string? ApiVersion { get; init; }
    public string? Name { get; init; }
    public string? Uid { get; init; }
}

/// <summary>The <c>TokenRequestStatus</c> of the Kubernetes authentication.k8s.io/v1 schema.</summary>
public sealed record TokenRequestStatus
{
    [KeepEmpty]
    public string Token { get; init => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? ExpirationTimestamp { get; init; }
}
