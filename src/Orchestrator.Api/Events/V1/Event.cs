using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Events.V1;

/// <summary>
/// One thing that happened to an object, counted when it repeats: the newer view of the events that core/v1 stores.
/// </summary>
public sealed record Event : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Event> Kind { get; } = new("events.k8s.io/v1", "Event", "events")
    {
        ShortNames = ["ev"],
        PutCreates = true,
        StoredAs = static () => Core.V1.Event.Kind,
        ToStoredView = static e => e.ToCore(),
        FromStoredView = static e => FromCore((Core.V1.Event)e),
        Columns = EventColumns.Of<Event>(static e => e.ToCore()),
        Fields = new Dictionary<string, Func<Event, string>>
        {
            ["regarding.kind"] = e => e.Regarding.Kind ?? "",
            ["regarding.namespace"] = e => e.Regarding.Namespace ?? "",
            ["regarding.name"] = e => e.Regarding.Name ?? "",
            ["regarding.uid"] = e => e.Regarding.Uid ?? "",
            ["regarding.apiVersion"] = e => e.Regarding.ApiVersion ?? "",
            ["regarding.resourceVersion"] = e => e.Regarding.ResourceVersion ?? "",
            ["regarding.fieldPath"] = e => e.Regarding.FieldPath ?? "",
            ["reason"] = e => e.Reason ?? "",
            ["reportingController"] = e => e.ReportingController ?? "",
            ["type"] = e => e.Type ?? "",
        },
        Validate = static (e, old) => EventValidation.CheckStrictly(e.ToCore(), old?.ToCore()),
    };

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

    /// <summary>This view of a stored event.</summary>
    public static Event FromCore(Core.V1.Event stored) => new()
    {
        Metadata = stored.Metadata,
        EventTime = stored.EventTime,
        Series = stored.Series,
        ReportingController = stored.ReportingComponent,
        ReportingInstance = stored.ReportingInstance,
        Action = stored.Action,
        Reason = stored.Reason,
        Regarding = stored.InvolvedObject,
        Related = stored.Related,
        Note = stored.Message,
        Type = stored.Type,
        DeprecatedSource = stored.Source,
        DeprecatedFirstTimestamp = stored.FirstTimestamp,
        DeprecatedLastTimestamp = stored.LastTimestamp,
        DeprecatedCount = stored.Count,
    };

    /// <summary>The event as core/v1 stores it.</summary>
    public Core.V1.Event ToCore() => new()
    {
        Metadata = Metadata,
        EventTime = EventTime,
        Series = Series,
        ReportingComponent = ReportingController ?? "",
        ReportingInstance = ReportingInstance ?? "",
        Action = Action,
        Reason = Reason,
        InvolvedObject = Regarding,
        Related = Related,
        Message = Note,
        Type = Type,
        Source = DeprecatedSource,
        FirstTimestamp = DeprecatedFirstTimestamp,
        LastTimestamp = DeprecatedLastTimestamp,
        Count = DeprecatedCount,
    };
}
