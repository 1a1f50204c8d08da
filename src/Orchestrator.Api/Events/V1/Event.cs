using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Events.V1;

/// <summary>One thing that happened to an object, counted when it repeats.</summary>
public sealed record Event : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Event> Kind { get; } = new("events.k8s.io/v1", "Event", "events");

    public MicroTime? EventTime { get; init; }
    public EventSeries? Series { get; init; }
    public string? ReportingController { get; init; }
    public string? ReportingInstance { get; init; }
    public string? Action { get; init; }
    public string? Reason { get; init; }
    public ObjectReference Regarding { get; init => field = value ?? new(); } = new();
    public ObjectReference? Related { get; init; }
    public string? Note { get; init; }
    public string? Type { get; init; }
    public EventSource? DeprecatedSource { get; init; }
    public DateTimeOffset? DeprecatedFirstTimestamp { get; init; }
    public DateTimeOffset? DeprecatedLastTimestamp { get; init; }
    public int DeprecatedCount { get; init; }
}
