
namespace Orchestrator.Api.Meta;

/// <summary>The <c>LabelSelector</c> of the Kubernetes meta/v1 schema.</summary>
public sealed record LabelSelector
{
    public IReadOnlyDictionary<string, string> MatchLabels { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public IReadOnlyList<LabelSelectorRequirement> MatchExpressions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>LabelSelectorRequirement</c> of the Kubernetes meta/v1 schema.</summary>
public sealed record LabelSelectorRequirement
{
    [KeepEmpty]
    public string Key { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Operator { get; init => field = value ?? ""; } = "";
    public IReadOnlyList<string> Values { get; init => field = value ?? []; } = [];
}
