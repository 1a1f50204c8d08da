using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Routing;

namespace Orchestrator.ApiServer.Watches;

/// <summary>What a watch asks for.</summary>
/// <param name="Selection">Which objects.</param>
/// <param name="After">Only changes after this revision; null starts with what there is.</param>
/// <param name="Bookmarks">Wants to hear how far it has come.</param>
/// <param name="InitialEvents">Wants what there is first, and a mark where it ends.</param>
/// <param name="Timeout">When to end; null leaves it to the server.</param>
internal sealed record WatchQuery(
    Selection Selection, long? After, bool Bookmarks, bool InitialEvents, TimeSpan? Timeout)
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    public static WatchQuery Read(ApiRequest request)
    {
        var query = request.Query;
        var version = query.Text("resourceVersion");
        var revision = VersionQuery.Number(version);
        var bookmarks = query.Flag("allowWatchBookmarks") ?? false;
        var initialEvents = query.Flag("sendInitialEvents");
        CheckInitialEvents(initialEvents, query.Text("resourceVersionMatch"));
        if (query.Text("continue").Length > 0)
        {
            throw Refusals.InvalidOptions(
                "ListOptions", FieldError.Forbidden("continue", "continue is forbidden for watch"));
        }
        // A plain watch of "" or "0" begins with what there is; sendInitialEvents=false asks for none of it.
        var startsWithState = initialEvents ?? revision == 0;
        var timeout = Shorter(
            query.Number("timeoutSeconds") is { } seconds and > 0
                ? TimeSpan.FromSeconds(Math.Min(seconds, (long)LongestTimeout.TotalSeconds))
                : null,
            query.Duration("timeout") is { } asked ? Shorter(asked, LongestTimeout) : null);
        return new(
            Selection.Read(request), startsWithState ? null : revision, bookmarks, initialEvents == true, timeout);
    }

    private static void CheckInitialEvents(bool? initialEvents, string match)
    {
        const string Field = "resourceVersionMatch";
        var wrong = (initialEvents, match) switch
        {
            (null, not "") => FieldError.Forbidden(
                Field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"),
            (not null, "") => FieldError.Forbidden(
                Field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
            (not null, not "NotOlderThan") => FieldError.NotSupported(Field, match, "NotOlderThan"),
            _ => null,
        };
        if (wrong is not null) throw Refusals.InvalidOptions("ListOptions", wrong);
    }

    private static TimeSpan? Shorter(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;
}
