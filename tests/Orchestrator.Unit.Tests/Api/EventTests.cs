using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using NewEvent = Orchestrator.Api.Events.V1.Event;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class EventTests
{
    private static readonly string[] Full =
    [
        "involvedObject={\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"p\",\"uid\":\"u\",\"fieldPath\":\"spec.containers{main}\"}",
        "reason=\"Pulled\"", "message=\" Image is there \"", "source={\"component\":\"node\",\"host\":\"n1\"}",
        "firstTimestamp=\"2026-01-02T03:00:05Z\"", "lastTimestamp=\"2026-01-02T03:04:00Z\"", "count=4",
        "type=\"Normal\"",
        "related={\"kind\":\"Node\",\"name\":\"n1\"}", "action=\"Pull\"", "reportingComponent=\"node\"",
        "reportingInstance=\"n1\"",
    ];

    [Fact]
    public void The_two_views_are_one_event()
    {
        var stored = Given.Of<Event>(Event.Kind, Full);
        var view = NewEvent.FromCore(stored);
        (view.Note, view.Regarding.Name, view.DeprecatedCount, view.ReportingController)
            .ShouldBe((" Image is there ", "p", 4, "node"));
        Given.Json(view.ToCore()).ShouldBe(Given.Json(stored));
        Given.Json(NewEvent.FromCore(view.ToCore())).ShouldBe(Given.Json(view));
    }

    [Fact]
    public void The_newer_kind_is_stored_as_the_older()
    {
        NewEvent.Kind.Stored.ShouldBe(Event.Kind);
        Event.Kind.Stored.ShouldBe(Event.Kind);
        var stored = Given.Of<Event>(Event.Kind, Full);
        Given.Json(NewEvent.Kind.ToStored(NewEvent.Kind.FromStored(stored))).ShouldBe(Given.Json(stored));
    }

    [Fact]
    public void Both_views_print_the_same_row()
    {
        var stored = Given.Of<Event>(Event.Kind, Full);
        var row = Row(stored);
        row.ShouldBe("5s|Normal|Pulled|pod/p|spec.containers{main}|node, n1|Image is there|4m|4|x");
        Row(NewEvent.FromCore(stored)).ShouldBe(row);
    }

    [Fact]
    public void A_series_tells_the_last_time_and_the_count()
    {
        var e = Given.Of<Event>(Event.Kind,
            [.. Full, "series={\"count\":9,\"lastObservedTime\":\"2026-01-02T03:04:04.000000Z\"}"]);
        Row(e).ShouldStartWith("1s|");
        Row(e).ShouldEndWith("|9|x");
    }

    [Fact]
    public void An_event_that_counts_nothing_happened_once() => Row(Given.Of<Event>(Event.Kind)).ShouldEndWith("|1|x");

    [Fact]
    public void An_event_lives_in_the_namespace_of_its_object() =>
        Given.Errors(
            Given.Of<Event>(Event.Kind, "involvedObject={\"kind\":\"Pod\",\"namespace\":\"other\",\"name\":\"p\"}"))
            .ShouldBe("involvedObject.namespace: Invalid value: \"other\": does not match event.namespace");

    [Fact]
    public void The_newer_view_is_strict()
    {
        var errors = Given.Errors(
            Given.Of<NewEvent>(NewEvent.Kind, "regarding.namespace=\"default\"", "deprecatedCount=1", "type=\"Odd\""));
        errors.ShouldBe(
            "eventTime: Required value\ntype: Invalid value: \"\": has invalid value: Odd\ncount: Invalid value: \"\": needs to be unset");
    }

    private static string Row(ApiObject e) =>
        string.Join("|", KindRegistry.Of(e).TableColumns.Select(column => column.Cell(e, Given.Now)));
}
