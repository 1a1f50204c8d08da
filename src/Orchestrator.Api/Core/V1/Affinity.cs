using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>Affinity</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Affinity
{
    public NodeAffinity? NodeAffinity { get; init; }
    public PodAffinity? PodAffinity { get; init; }
    public PodAntiAffinity? PodAntiAffinity { get; init; }
}

/// <summary>The <c>NodeAffinity</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeAffinity
{
    public NodeSelector? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }
    public IReadOnlyList<PreferredSchedulingTerm> PreferredDuringSchedulingIgnoredDuringExecution
    {
        get; init => field = value ?? [];
    } = [];
}

/// <summary>The <c>NodeSelector</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeSelector
{
    public IReadOnlyList<NodeSelectorTerm> NodeSelectorTerms { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NodeSelectorTerm</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeSelectorTerm
{
    public IReadOnlyList<NodeSelectorRequirement> MatchExpressions { get; init => field = value ?? []; } = [];
    public IReadOnlyList<NodeSelectorRequirement> MatchFields { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>NodeSelectorRequirement</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NodeSelectorRequirement
{
    [KeepEmpty]
    public string Key { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    [OneOf("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")]
    public string Operator { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<string> Values { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>PreferredSchedulingTerm</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PreferredSchedulingTerm
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Weight { get; init; }
    public NodeSelectorTerm? Preference { get; init; }
}

/// <summary>The <c>PodAffinity</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodAffinity
{
    public IReadOnlyList<PodAffinityTerm> RequiredDuringSchedulingIgnoredDuringExecution
    {
        get; init => field = value ?? [];
    } = [];
    public IReadOnlyList<WeightedPodAffinityTerm> PreferredDuringSchedulingIgnoredDuringExecution
    {
        get; init => field = value ?? [];
    } = [];
}

/// <summary>The <c>PodAntiAffinity</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodAntiAffinity
{
    public IReadOnlyList<PodAffinityTerm> RequiredDuringSchedulingIgnoredDuringExecution
    {
        get; init => field = value ?? [];
    } = [];
    public IReadOnlyList<WeightedPodAffinityTerm> PreferredDuringSchedulingIgnoredDuringExecution
    {
        get; init => field = value ?? [];
    } = [];
}

/// <summary>The <c>PodAffinityTerm</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodAffinityTerm
{
    public LabelSelector? LabelSelector { get; init; }
    public IReadOnlyList<string> Namespaces { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    public string TopologyKey { get; init => field = value ?? ""; } = "";
    public LabelSelector? NamespaceSelector { get; init; }
    public IReadOnlyList<string> MatchLabelKeys { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> MismatchLabelKeys { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>WeightedPodAffinityTerm</c> of the Kubernetes core/v1 schema.</summary>
public sealed record WeightedPodAffinityTerm
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Weight { get; init; }
    public PodAffinityTerm? PodAffinityTerm { get; init; }
}
