using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>A room for names; deleting it deletes all it holds.</summary>
public sealed record Namespace : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Namespace> Kind { get; } = new("v1", "Namespace", "namespaces")
    {
        IsNamespaced = false,
        ShortNames = ["ns"],
        NameRule = NameRules.DnsLabel,
        Subresources = [Subresource.Status, new("finalize", ["update"])],
        Columns =
        [
            Cells.Name<Namespace>(), new("Status", "string", (ns, _) => ns.Status.Phase ?? ""), Cells.Age<Namespace>(),
        ],
        Fields = new Dictionary<string, Func<Namespace, string>> { ["status.phase"] = ns => ns.Status.Phase ?? "" },
        Default = Named,
        // The content of a namespace is purged before its finalizer "kubernetes" goes, so every namespace has it.
        PrepareCreate = static ns => ns with
        {
            Spec = ns.Spec.Finalizers.Contains(Finalizer)
                ? ns.Spec
                : ns.Spec with { Finalizers = [.. ns.Spec.Finalizers, Finalizer] },
            Status = new() { Phase = "Active" },
        },
        PrepareUpdate = static (sent, stored) => sent with { Spec = stored.Spec, Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        PrepareParts = new Dictionary<string, Func<Namespace, Namespace, Namespace>> { ["finalize"] = Finalized },
        Validate = static (ns, _) => Check(ns),
    };

    public NamespaceSpec Spec { get; init => field = value ?? new(); } = new();
    public NamespaceStatus Status { get; init => field = value ?? new(); } = new();

    /// <summary>What keeps a namespace until its content is gone.</summary>
    public const string Finalizer = "kubernetes";

    /// <summary>The label every namespace carries, so that selectors can name it.</summary>
    public const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>
    /// The stored namespace with the spec's finalizers of the sent one: the <c>finalize</c> subresource.
    /// </summary>
    public static Namespace Finalized(Namespace sent, Namespace stored) =>
        stored with { Spec = stored.Spec with { Finalizers = sent.Spec.Finalizers } };

    private static Namespace Named(Namespace ns)
    {
        var name = ns.Metadata.Name;
        if (!string.IsNullOrEmpty(name) && ns.Metadata.Labels.GetValueOrDefault(NameLabel) != name)
        {
            var labels = new Dictionary<string, string>(ns.Metadata.Labels, StringComparer.Ordinal)
            {
                [NameLabel] = name
            };
            ns = ns with { Metadata = ns.Metadata with { Labels = labels } };
        }
        return ns.Status.Phase is null or "" ? ns with { Status = ns.Status with { Phase = "Active" } } : ns;
    }

    private static IReadOnlyList<FieldError> Check(Namespace ns)
    {
        var errors = new FieldErrors();
        var at = errors["spec"]["finalizers"];
        foreach (var finalizer in ns.Spec.Finalizers)
        {
            at.Invalid(finalizer, NameRules.QualifiedName(finalizer));
            if (!finalizer.Contains('/') && finalizer is not (Finalizer or "orphan" or "foregroundDeletion"))
            {
                at.Invalid(finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
        return errors.Found;
    }
}

/// <summary>The <c>NamespaceSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NamespaceSpec
{
    public IReadOnlyList<string> Finalizers { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NamespaceStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NamespaceStatus
{
    [OneOf("Active", "Terminating")]
    public string? Phase { get; init; }
    public IReadOnlyList<NamespaceCondition> Conditions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NamespaceCondition</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NamespaceCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
