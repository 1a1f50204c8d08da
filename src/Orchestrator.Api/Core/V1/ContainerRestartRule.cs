using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>ContainerRestartRule</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerRestartRule
{
    [KeepEmpty]
    [OneOf("Restart")]
    public string? Action { get; init; }
    public ContainerRestartRuleOnExitCodes? ExitCodes { get; init; }
}

/// <summary>The <c>ContainerRestartRuleOnExitCodes</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerRestartRuleOnExitCodes
{
    [KeepEmpty]
    [OneOf("In", "NotIn")]
    public string? Operator { get; init; }
    public IReadOnlyList<int> Values { get; init => field = value ?? []; } = [];
}
