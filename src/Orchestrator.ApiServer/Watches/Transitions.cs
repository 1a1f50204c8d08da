using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Objects;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Watches;

/// <summary>
/// What a change is to a watch that sees only some objects: one that enters the selection is added, one that leaves it
/// is deleted, whatever happened to it in the store.
/// </summary>
internal static class Transitions
{
    /// <summary>The event to send, or null when the change is none of the watch's business.</summary>
    public static (ChangeType Type, StoredObject Object)? Of(Kind kind, Selection selection, ObjectChange change)
    {
        var now = Views.Shown(kind, change.Object);
        if (selection.IsAll) return (change.Type, now);
        var before = change.Previous is null ? null : Views.Shown(kind, change.Previous);
        var matches = change.Type != ChangeType.Deleted && selection.Matches(now.Object);
        var matched = change.Type switch
        {
            ChangeType.Added => false,
            ChangeType.Deleted => selection.Matches((before ?? now).Object),
            // Without the state before, a change of a matching object is taken for what it mostly is.
            _ => before is null ? matches : selection.Matches(before.Object),
        };
        return (matched, matches) switch
        {
            (false, true) => (ChangeType.Added, now),
            (true, true) => (ChangeType.Modified, now),
            (true, false) => (ChangeType.Deleted, change.Type == ChangeType.Deleted || before is null
                ? now : before with { Revision = change.Revision }),
            _ => null,
        };
    }
}
