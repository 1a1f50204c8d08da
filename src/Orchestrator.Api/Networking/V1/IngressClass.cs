using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Networking.V1.Validation;

namespace Orchestrator.Api.Networking.V1;

/// <summary>Names the controller that serves the Ingresses of a class.</summary>
public sealed record IngressClass : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<IngressClass> Kind { get; } = new("networking.k8s.io/v1", "IngressClass", "ingressclasses")
    {
        IsNamespaced = false,
        HasGeneration = true,
        Columns =
        [
            Cells.Name<IngressClass>(),
            new("Controller", "string", (ingressClass, _) => ingressClass.Spec.Controller ?? ""),
            new("Parameters", "string", (ingressClass, _) => Parameters(ingressClass.Spec.Parameters)),
            Cells.Age<IngressClass>(),
        ],
        Default = static ingressClass => ingressClass.Spec.Parameters is { Scope: null } parameters
            ? ingressClass with
            {
                Spec = ingressClass.Spec with { Parameters = parameters with { Scope = "Cluster" } },
            }
            : ingressClass,
        Validate = IngressClassValidation.Check,
        NotActedOnYet = "IngressClasses are kept, but nothing routes by Ingresses in this release",
    };

    public IngressClassSpec Spec { get; init => field = value ?? new(); } = new();

    private static string Parameters(IngressClassParametersReference? parameters) => parameters is null
        ? "<none>"
        : parameters.ApiGroup is { } group
            ? $"{parameters.Kind}.{group}/{parameters.Name}"
            : $"{parameters.Kind}/{parameters.Name}";
}

/// <summary>The <c>IngressClassSpec</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressClassSpec
{
    public string? Controller { get; init; }
    public IngressClassParametersReference? Parameters { get; init; }
}

/// <summary>The <c>IngressClassParametersReference</c> of the Kubernetes networking/v1 schema.</summary>
public sealed record IngressClassParametersReference
{
    [KeepEmpty]
    public string? ApiGroup { get; init; }
    [KeepEmpty]
    public string Kind { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string? Scope { get; init; }
    [KeepEmpty]
    public string? Namespace { get; init; }
}
