using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Nodes.V1;

/// <summary>A name for what runs the containers of a pod.</summary>
public sealed record RuntimeClass : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<RuntimeClass> Kind { get; } = new("node.k8s.io/v1", "RuntimeClass", "runtimeclasses")
    {
        IsNamespaced = false,
        Columns =
        [
            Cells.Name<RuntimeClass>(),
            new("Handler", "string", (runtime, _) => runtime.Handler),
            Cells.Age<RuntimeClass>(),
        ],
        Validate = Check,
    };

    [KeepEmpty]
    public string Handler { get; init => field = value ?? ""; } = "";
    public Overhead? Overhead { get; init; }
    public RuntimeClassScheduling? Scheduling { get; init; }

    private static IReadOnlyList<FieldError> Check(RuntimeClass runtime, RuntimeClass? old)
    {
        var errors = new FieldErrors();
        errors["handler"].Invalid(runtime.Handler, NameRules.DnsLabel(runtime.Handler));
        if (runtime.Overhead is { } overhead)
            ResourceValidation.CheckAmounts(errors["overhead"]["podFixed"], overhead.PodFixed);
        if (runtime.Scheduling is { } scheduling)
        {
            ObjectMetaRules.CheckLabels(errors["scheduling"]["nodeSelector"], scheduling.NodeSelector);
            SchedulingValidation.CheckTolerations(errors["scheduling"]["tolerations"], scheduling.Tolerations);
        }
        if (old is not null && runtime.Handler != old.Handler)
            errors["handler"].Invalid(runtime.Handler, "field is immutable");
        return errors.Found;
    }
}

/// <summary>The <c>Overhead</c> of the Kubernetes node/v1 schema.</summary>
public sealed record Overhead
{
    public IReadOnlyDictionary<string, Quantity> PodFixed { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
}

/// <summary>The <c>Scheduling</c> of the Kubernetes node/v1 schema.</summary>
public sealed record RuntimeClassScheduling
{
    public IReadOnlyDictionary<string, string> NodeSelector { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public IReadOnlyList<Toleration> Tolerations { get; init => field = value ?? []; } = [];
}
