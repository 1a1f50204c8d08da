using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>A room for names; deleting it deletes all it holds.</summary>
public sealed record Namespace : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Namespace> Kind { get; } = new("v1", "Namespace", "namespaces") { IsNamespaced = false };

    public NamespaceSpec Spec { get; init => field = value ?? new(); } = new();
    public NamespaceStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>NamespaceSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NamespaceSpec
{
    public IReadOnlyList<string> Finalizers { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NamespaceStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NamespaceStatus
{
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
