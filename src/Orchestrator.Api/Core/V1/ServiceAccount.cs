using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The identity that processes of a pod act under.</summary>
public sealed record ServiceAccount : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<ServiceAccount> Kind { get; } = new("v1", "ServiceAccount", "serviceaccounts")
    {
        ShortNames = ["sa"],
        Subresources = [new("token", ["create"], "authentication.k8s.io", "v1", "TokenRequest")],
        Columns =
        [
            Cells.Name<ServiceAccount>(),
            new("Secrets", "integer", (account, _) => account.Secrets.Count),
            Cells.Age<ServiceAccount>(),
        ],
        NotActedOn = ["secrets", "automountServiceAccountToken"],
    };

    public IReadOnlyList<ObjectReference> Secrets { get; init => field = value ?? []; } = [];
    public IReadOnlyList<LocalObjectReference> ImagePullSecrets { get; init => field = value ?? []; } = [];
    public bool? AutomountServiceAccountToken { get; init; }
}
