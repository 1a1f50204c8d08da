using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>Makes objects of what a journal holds.</summary>
internal static class JournalReading
{
    private const int ParallelMin = 1_000;

    /// <exception cref="StoreOpenException">This version cannot read one of them.</exception>
    public static List<StoredObject> ParseAll(IReadOnlyList<JournalObject> objects)
    {
        if (objects.Count < ParallelMin) return [.. objects.Select(obj => Parse(obj.Key, obj.Revision, obj.Json))];
        try
        {
            return [.. objects.AsParallel().AsOrdered().Select(obj => Parse(obj.Key, obj.Revision, obj.Json))];
        }
        catch (AggregateException errors) when (errors.InnerException is StoreOpenException unreadable)
        {
            throw new StoreOpenException(unreadable.Message, unreadable);
        }
    }

    public static ObjectChange Parse(JournalChange change) => new(
        change.Type, change.Revision, Parse(change.Key, change.Revision, change.Json),
        change.PreviousRevision == 0 ? null : Parse(change.Key, change.PreviousRevision, change.PreviousJson));

    public static StoredObject Parse(ObjectKey key, long revision, ReadOnlyMemory<byte> json)
    {
        try
        {
            return CommitPlan.Versioned(key, revision, ApiJson.Read(KindRegistry.Of(key), json.Span), json);
        }
        catch (Exception error) when (error is ArgumentException or System.Text.Json.JsonException)
        {
            throw new StoreOpenException(
                $"the store holds {key} at revision {revision}, which this version cannot read ({error.Message}); "
                + "start the version that wrote it, or restore a backup", error);
        }
    }
}
