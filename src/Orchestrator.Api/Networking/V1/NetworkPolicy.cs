using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Networking.V1.Validation;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Networking.V1;

/// <summary>Who may speak to which pods, and to whom they may.</summary>
public sealed record NetworkPolicy : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<NetworkPolicy> Kind { get; } = new("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies")
    {
        ShortNames = ["netpol"],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<NetworkPolicy>(),
            new("Pod-Selector", "string", (policy, _) => LabelSelectors.Shown(policy.Spec.PodSelector)),
            Cells.Age<NetworkPolicy>(),
        ],
        Default = Defaulted,
        Validate = static (policy, _) => NetworkPolicyValidation.Check(policy.Spec),
        NotActedOnYet = "NetworkPolicies are kept, but not enforced in this release",
    };

    public NetworkPolicySpec Spec { get; init => field = value ?? new(); } = new();

    private static NetworkPolicy Defaulted(NetworkPolicy policy)
    {
        var spec = policy.Spec;
        IReadOnlyList<string> types = spec.Egress.Count > 0 ? ["Ingress", "Egress"] : ["Ingress"];
        return policy with
        {
            Spec = spec with
            {
                PolicyTypes = spec.PolicyTypes.Count == 0 ? types : spec.PolicyTypes,
                Ingress = [.. spec.Ingress.Select(rule => rule with { Ports = Defaulted(rule.Ports) })],
                Egress = [.. spec.Egress.Select(rule => rule with { Ports = Defaulted(rule.Ports) })],
            },
        };
    }

    private static IReadOnlyList<NetworkPolicyPort> Defaulted(IReadOnlyList<NetworkPolicyPort> ports) =>
        [.. ports.Select(port => port with { Protocol = port.Protocol ?? "TCP" })];
}

/// <summary>The <c>NetworkPolicySpec</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record NetworkPolicySpec
{
    public LabelSelector PodSelector { get; init => field = value ?? new(); } = new();
    public IReadOnlyList<NetworkPolicyIngressRule> Ingress { get; init => field = value ?? []; } = [];
    public IReadOnlyList<NetworkPolicyEgressRule> Egress { get; init => field = value ?? []; } = [];
    [OneOf("Ingress", "Egress")]
    public IReadOnlyList<string> PolicyTypes { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NetworkPolicyIngressRule</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record NetworkPolicyIngressRule
{
    public IReadOnlyList<NetworkPolicyPort> Ports { get; init => field = value ?? []; } = [];
    public IReadOnlyList<NetworkPolicyPeer> From { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NetworkPolicyEgressRule</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record NetworkPolicyEgressRule
{
    public IReadOnlyList<NetworkPolicyPort> Ports { get; init => field = value ?? []; } = [];
    public IReadOnlyList<NetworkPolicyPeer> To { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NetworkPolicyPort</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record NetworkPolicyPort
{
    [KeepEmpty]
    [OneOf("TCP", "UDP", "SCTP")]
    public string? Protocol { get; init; }
    public IntOrString? Port { get; init; }
    public int? EndPort { get; init; }
}

/// <summary>The <c>NetworkPolicyPeer</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record NetworkPolicyPeer
{
    public LabelSelector? PodSelector { get; init; }
    public LabelSelector? NamespaceSelector { get; init; }
    public IPBlock? IpBlock { get; init; }
}

/// <summary>The <c>IPBlock</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IPBlock
{
    [KeepEmpty]
    public string Cidr { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<string> Except { get; init => field = value ?? []; } = [];
}
