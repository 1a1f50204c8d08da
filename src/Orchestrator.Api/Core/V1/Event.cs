using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>One thing that happened to an object, counted when it repeats.</summary>
public sealed record Event : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Event> Kind { get; } = new("v1", "Event", "events");

    public ObjectReference InvolvedObject { get; init => field = value ?? new(); } = new();
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public EventSource? Source { get; init; }
    public DateTimeOffset? FirstTimestamp { get; init; }
    public DateTimeOffset? LastTimestamp { get; init; }
    public int Count { get; init; }
    public string? Type { get; init; }
    public MicroTime? EventTime { get; init; }
    public EventSeries? Series { get; init; }
    public string? Action { get; init; }
    public ObjectReference? Related { get; init; }
    [KeepEmpty]
    public string ReportingComponent { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string ReportingInstance { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>EventSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EventSource
{
    public string? Component { get; init; }
    public string? Host { get; init; }
}

/// <summary>The <c>EventSeries</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EventSeries
{
    public int Count { get; init; }
    public MicroTime? LastObservedTime { get; init; }
}
