using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Certificates.V1;

/// <summary>Asks a signer for a certificate; somebody approves or denies it.</summary>
public sealed record CertificateSigningRequest : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<CertificateSigningRequest> Kind { get; } = new(
        "certificates.k8s.io/v1", "CertificateSigningRequest", "certificatesigningrequests")
    {
        IsNamespaced = false,
        ShortNames = ["csr"],
        NameRule = NameRules.PathSegment,
        Subresources = [Subresource.Status, new(Approval, ["get", "patch", "update"])],
        Columns =
        [
            Cells.Name<CertificateSigningRequest>(),
            Cells.Age<CertificateSigningRequest>(),
            new("SignerName", "string", (request, _) => Cells.OrNone(request.Spec.SignerName)),
            new("Requestor", "string", (request, _) => request.Spec.Username ?? ""),
            new("RequestedDuration", "string", (request, _) => request.Spec.ExpirationSeconds is { } seconds
                ? HumanDuration.Format(TimeSpan.FromSeconds(seconds))
                : "<none>"),
            new("Condition", "string", (request, _) => Shown(request.Status)),
        ],
        Fields = new Dictionary<string, Func<CertificateSigningRequest, string>>
        {
            ["spec.signerName"] = request => request.Spec.SignerName,
        },
        // Who asks is what the server knows, whatever the body says.
        Requested = static (request, user, groups) => request with
        {
            Spec = request.Spec with
            {
                Username = user,
                Uid = null,
                Groups = groups,
                Extra = Map<IReadOnlyList<string>>.Empty,
            },
        },
        PrepareCreate = static request => request with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Spec = stored.Spec, Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = SigningDecisions.Kept(sent, stored) },
        PrepareParts = new Dictionary<string,
            Func<CertificateSigningRequest, CertificateSigningRequest, CertificateSigningRequest>>
        {
            [Approval] = static (sent, stored) => stored with { Status = SigningDecisions.Made(sent, stored) },
        },
        Validate = SigningRequestValidation.Check,
        NotActedOnYet = "nobody signs CertificateSigningRequests, not even approved ones",
    };

    private const string Approval = "approval";

    public CertificateSigningRequestSpec Spec { get; init => field = value ?? new(); } = new();
    public CertificateSigningRequestStatus Status { get; init => field = value ?? new(); } = new();

    private static string Shown(CertificateSigningRequestStatus status)
    {
        var decision = status.Has("Denied") ? "Denied" : status.Has("Approved") ? "Approved" : "Pending";
        var failure = status.Has("Failed") ? ",Failed" : "";
        return $"{decision}{failure}{(status.Certificate is { Length: > 0 } ? ",Issued" : "")}";
    }
}

/// <summary>The <c>CertificateSigningRequestSpec</c> of the Kubernetes certificates/v1 schema.</summary>
public sealed record CertificateSigningRequestSpec
{
    public byte[]? Request { get; init; }
    [KeepEmpty]
    public string SignerName { get; init => field = value ?? ""; } = "";
    public int? ExpirationSeconds { get; init; }
    public IReadOnlyList<string> Usages { get; init => field = value ?? []; } = [];
    public string? Username { get; init; }
    public string? Uid { get; init; }
    public IReadOnlyList<string> Groups { get; init => field = value ?? []; } = [];
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra
    {
        get; init => field = value ?? Map<IReadOnlyList<string>>.Empty;
    } = Map<IReadOnlyList<string>>.Empty;
}

/// <summary>The <c>CertificateSigningRequestStatus</c> of the Kubernetes certificates/v1 schema.</summary>
public sealed record CertificateSigningRequestStatus
{
    public IReadOnlyList<CertificateSigningRequestCondition> Conditions { get; init => field = value ?? []; } = [];
    public byte[]? Certificate { get; init; }

    /// <summary>Is approved, denied or failed.</summary>
    public bool Has(string condition) => Conditions.Any(c => c.Type == condition);
}

/// <summary>The <c>CertificateSigningRequestCondition</c> of the Kubernetes certificates/v1 schema.</summary>
public sealed record CertificateSigningRequestCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public DateTimeOffset? LastUpdateTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
}
