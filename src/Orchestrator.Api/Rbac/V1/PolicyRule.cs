using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Rbac.V1;

/// <summary>The <c>PolicyRule</c> of the Kubernetes rbac/v1 schema.</summary>
public sealed record PolicyRule
{
    public IReadOnlyList<string> Verbs { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> ApiGroups { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Resources { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> ResourceNames { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> NonResourceURLs { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>AggregationRule</c> of the Kubernetes rbac/v1 schema.</summary>
public sealed record AggregationRule
{
    public IReadOnlyList<LabelSelector> ClusterRoleSelectors { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>RoleRef</c> of the Kubernetes rbac/v1 schema.</summary>
public sealed record RoleRef
{
    [KeepEmpty]
    public string ApiGroup { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Kind { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>Subject</c> of the Kubernetes rbac/v1 schema.</summary>
public sealed record Subject
{
    [KeepEmpty]
    public string Kind { get; init => field = value ?? ""; } = "";
    public string? ApiGroup { get; init; }
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public string? Namespace { get; init; }
}
