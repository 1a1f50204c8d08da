using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Networking.V1.Printing;
using Orchestrator.Api.Networking.V1.Validation;

namespace Orchestrator.Api.Networking.V1;

/// <summary>Which HTTP requests from outside go to which service.</summary>
public sealed record Ingress : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Ingress> Kind { get; } = new("networking.k8s.io/v1", "Ingress", "ingresses")
    {
        ShortNames = ["ing"],
        Subresources = [Subresource.Status],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<Ingress>(),
            new("Class", "string", (ingress, _) => ingress.Spec.IngressClassName ?? "<none>"),
            new("Hosts", "string", (ingress, _) => IngressRow.Hosts(ingress)),
            new("Address", "string", (ingress, _) => IngressRow.Addresses(ingress)),
            new("Ports", "string", (ingress, _) => ingress.Spec.Tls.Count > 0 ? "80, 443" : "80"),
            Cells.Age<Ingress>(),
        ],
        PrepareCreate = static ingress => ingress with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = IngressValidation.Check,
        NotActedOnYet = "Ingresses are kept, but nothing routes by them in this release",
    };

    public IngressSpec Spec { get; init => field = value ?? new(); } = new();
    public IngressStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>IngressSpec</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressSpec
{
    [KeepEmpty]
    public string? IngressClassName { get; init; }
    public IngressBackend? DefaultBackend { get; init; }
    public IReadOnlyList<IngressTLS> Tls { get; init => field = value ?? []; } = [];
    public IReadOnlyList<IngressRule> Rules { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>IngressBackend</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressBackend
{
    public IngressServiceBackend? Service { get; init; }
    public TypedLocalObjectReference? Resource { get; init; }
}

/// <summary>The <c>IngressServiceBackend</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressServiceBackend
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public ServiceBackendPort Port { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ServiceBackendPort</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record ServiceBackendPort
{
    public string? Name { get; init; }
    public int Number { get; init; }
}

/// <summary>The <c>IngressTLS</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressTLS
{
    public IReadOnlyList<string> Hosts { get; init => field = value ?? []; } = [];
    public string? SecretName { get; init; }
}

/// <summary>The <c>IngressRule</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressRule
{
    public string? Host { get; init; }
    public HTTPIngressRuleValue? Http { get; init; }
}

/// <summary>The <c>HTTPIngressRuleValue</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record HTTPIngressRuleValue
{
    [KeepEmpty]
    public IReadOnlyList<HTTPIngressPath> Paths { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>HTTPIngressPath</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record HTTPIngressPath
{
    public string? Path { get; init; }
    [KeepEmpty]
    [OneOf("Exact", "ImplementationSpecific", "Prefix")]
    public string? PathType { get; init; }
    public IngressBackend Backend { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>IngressStatus</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressStatus
{
    public IngressLoadBalancerStatus LoadBalancer { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>IngressLoadBalancerStatus</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressLoadBalancerStatus
{
    public IReadOnlyList<IngressLoadBalancerIngress> Ingress { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>IngressLoadBalancerIngress</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressLoadBalancerIngress
{
    public string? Ip { get; init; }
    public string? Hostname { get; init; }
    public IReadOnlyList<IngressPortStatus> Ports { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>IngressPortStatus</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressPortStatus
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }
    [KeepEmpty]
    public string Protocol { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string? Error { get; init; }
}
