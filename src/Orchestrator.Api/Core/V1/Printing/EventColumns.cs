using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>The table of events; both API groups print it.</summary>
internal static class EventColumns
{
    public static IReadOnlyList<Column<T>> Of<T>(Func<T, Event> view) where T : ApiObject =>
    [
        new("Last Seen", "string", (e, now) => LastSeen(view(e), now)),
        new("Type", "string", (e, _) => view(e).Type ?? ""),
        new("Reason", "string", (e, _) => view(e).Reason ?? ""),
        new("Object", "string", (e, _) => Target(view(e).InvolvedObject)),
        new("Subobject", "string", (e, _) => view(e).InvolvedObject.FieldPath ?? "", IsWide: true),
        new("Source", "string", (e, _) => Source(view(e)), IsWide: true),
        new("Message", "string", (e, _) => view(e).Message?.Trim() ?? ""),
        new("First Seen", "string", (e, now) => FirstSeen(view(e), now), IsWide: true),
        new("Count", "string", (e, _) => Count(view(e)), IsWide: true),
        new("Name", "string", (e, _) => e.Metadata.Name ?? "", IsWide: true),
    ];

    private static string FirstSeen(Event e, DateTimeOffset now) =>
        HumanDuration.Since(e.FirstTimestamp ?? e.EventTime?.Value, now);

    private static string LastSeen(Event e, DateTimeOffset now)
    {
        if (e.Series is { } series) return HumanDuration.Since(series.LastObservedTime?.Value, now);
        return e.LastTimestamp is { } last ? HumanDuration.Since(last, now) : FirstSeen(e, now);
    }

    private static string Target(ObjectReference target)
    {
        var kind = target.Kind?.ToLowerInvariant() ?? "";
        return string.IsNullOrEmpty(target.Name) ? kind : $"{kind}/{target.Name}";
    }

    private static string Source(Event e)
    {
        var component = string.IsNullOrEmpty(e.Source?.Component) ? e.ReportingComponent : e.Source.Component;
        var instance = string.IsNullOrEmpty(e.Source?.Host) ? e.ReportingInstance : e.Source.Host;
        return instance.Length == 0 ? component : $"{component}, {instance}";
    }

    // An event that counts nothing happened once.
    private static string Count(Event e) => (e.Series?.Count ?? (e.Count == 0 ? 1 : e.Count)).ToString();
}
