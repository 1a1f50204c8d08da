using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>One thing that happened to an object, counted when it repeats.</summary>
public sealed record Event : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Event> Kind { get; } = new("v1", "Event", "events")
    {
        ShortNames = ["ev"],
        PutCreates = true,
        Columns = EventColumns.Of<Event>(static e => e),
        Fields = new Dictionary<string, Func<Event, string>>
        {
            ["involvedObject.kind"] = e => e.InvolvedObject.Kind ?? "",
            ["involvedObject.namespace"] = e => e.InvolvedObject.Namespace ?? "",
            ["involvedObject.name"] = e => e.InvolvedObject.Name ?? "",
            ["involvedObject.uid"] = e => e.InvolvedObject.Uid ?? "",
            ["involvedObject.apiVersion"] = e => e.InvolvedObject.ApiVersion ?? "",
            ["involvedObject.resourceVersion"] = e => e.InvolvedObject.ResourceVersion ?? "",
            ["involvedObject.fieldPath"] = e => e.InvolvedObject.FieldPath ?? "",
            ["reason"] = e => e.Reason ?? "",
            ["reportingComponent"] = e => e.ReportingComponent,
            ["source"] = e => string.IsNullOrEmpty(e.Source?.Component) ? e.ReportingComponent : e.Source.Component,
            ["type"] = e => e.Type ?? "",
        },
        Validate = static (e, _) => EventValidation.Check(e),
    };

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
