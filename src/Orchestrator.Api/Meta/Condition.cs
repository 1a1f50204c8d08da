namespace Orchestrator.Api.Meta;

/// <summary>The <c>Condition</c> of the Kubernetes meta/v1 schema.</summary>
public sealed record Condition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public long ObservedGeneration { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    [KeepEmpty]
    public string Reason { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Message { get; init => field = value ?? ""; } = "";
}
