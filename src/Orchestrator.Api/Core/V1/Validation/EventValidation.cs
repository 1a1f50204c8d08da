using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for events: little for those written through core/v1, more through events.k8s.io/v1.</summary>
internal static class EventValidation
{
    private const int TextMax = 128;
    private const int NoteMax = 1024;
    private const string Elsewhere = "does not match event.namespace";

    public static IReadOnlyList<FieldError> Check(Event e)
    {
        var errors = new FieldErrors();
        if (e.EventTime is null) CheckOldStyle(errors, e);
        else CheckNewStyle(errors, e);
        return errors.Found;
    }

    public static IReadOnlyList<FieldError> CheckStrictly(Event e, Event? old)
    {
        var errors = new FieldErrors();
        if (old is null || !ApiJson.AreSame(e.Series, old.Series)) CheckSeries(errors["series"], e.Series);
        if (old is null) CheckCreate(errors, e);
        else CheckUpdate(errors, e, old);
        return [.. Check(e), .. errors.Found];
    }

    private static void CheckOldStyle(FieldErrors errors, Event e)
    {
        var (own, other) = (e.Metadata.Namespace ?? "", e.InvolvedObject.Namespace ?? "");
        var fits = other.Length == 0 ? own is "" or "default" : own == other;
        if (!fits) errors["involvedObject"]["namespace"].Invalid(other, Elsewhere);
    }

    private static void CheckNewStyle(FieldErrors errors, Event e)
    {
        var other = e.InvolvedObject.Namespace ?? "";
        if (other.Length == 0 && e.Metadata.Namespace is not ("default" or "kube-system"))
        {
            errors["involvedObject"]["namespace"].Invalid(other, Elsewhere);
        }
        if (e.ReportingComponent.Length == 0) errors["reportingController"].Required();
        errors["reportingController"].Invalid(e.ReportingComponent, NameRules.QualifiedName(e.ReportingComponent));
        CheckText(errors["reportingInstance"], e.ReportingInstance);
        CheckText(errors["action"], e.Action);
        CheckText(errors["reason"], e.Reason);
        if (e.Message?.Length > NoteMax) errors["message"].Invalid("", $"can have at most {NoteMax} characters");
    }

    private static void CheckText(FieldErrors at, string? text)
    {
        if (string.IsNullOrEmpty(text)) at.Required();
        else if (text.Length > TextMax) at.Invalid("", $"can have at most {TextMax} characters");
    }

    private static void CheckSeries(FieldErrors at, EventSeries? series)
    {
        if (series is null) return;
        if (series.Count < 2) at["count"].Invalid("", "should be at least 2");
        if (series.LastObservedTime is null) at["lastObservedTime"].Required();
    }

    private static void CheckCreate(FieldErrors errors, Event e)
    {
        const string Unset = "needs to be unset";
        if (e.EventTime is null) errors["eventTime"].Required();
        if (e.Type is not ("Normal" or "Warning")) errors["type"].Invalid("", $"has invalid value: {e.Type}");
        if (e.FirstTimestamp is not null) errors["firstTimestamp"].Invalid("", Unset);
        if (e.LastTimestamp is not null) errors["lastTimestamp"].Invalid("", Unset);
        if (e.Count != 0) errors["count"].Invalid("", Unset);
        if (!string.IsNullOrEmpty(e.Source?.Component) || !string.IsNullOrEmpty(e.Source?.Host))
        {
            errors["source"].Invalid("", Unset);
        }
    }

    private static void CheckUpdate(FieldErrors errors, Event e, Event old)
    {
        Same("involvedObject", e.InvolvedObject, old.InvolvedObject, e.InvolvedObject.Name);
        Same("reason", e.Reason, old.Reason, e.Reason);
        Same("message", e.Message, old.Message, e.Message);
        Same("source", e.Source ?? new(), old.Source ?? new(), e.Source?.Component);
        Same("firstTimestamp", e.FirstTimestamp, old.FirstTimestamp, e.FirstTimestamp);
        Same("lastTimestamp", e.LastTimestamp, old.LastTimestamp, e.LastTimestamp);
        Same("count", e.Count, old.Count, e.Count);
        Same("type", e.Type, old.Type, e.Type);
        Same("eventTime", e.EventTime, old.EventTime, e.EventTime);
        Same("action", e.Action, old.Action, e.Action);
        Same("related", e.Related, old.Related, e.Related?.Name);
        Same("reportingController", e.ReportingComponent, old.ReportingComponent, e.ReportingComponent);
        Same("reportingInstance", e.ReportingInstance, old.ReportingInstance, e.ReportingInstance);

        void Same<T>(string field, T now, T before, object? shown)
        {
            if (!EqualityComparer<T>.Default.Equals(now, before)) errors[field].Invalid(shown, "field is immutable");
        }
    }
}
