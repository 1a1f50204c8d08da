using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>
/// What was wrong before and was left alone is forgiven: a schema may have become stricter since, and an object must
/// not be locked by a field that nobody touches.
/// </summary>
internal static class SchemaRatchet
{
    /// <summary>The errors that the change is to blame for.</summary>
    public static IEnumerable<FieldError> Unforgiven(
        IEnumerable<FieldError> errors, JsonElement now, JsonElement before) =>
        errors.Where(error => JsonPaths.Parse($".{error.Field}") is not { } steps || !IsLeftAlone(steps, now, before));

    private static bool IsLeftAlone(IReadOnlyList<JsonStep> steps, JsonElement now, JsonElement before)
    {
        var (mine, theirs) = (JsonPaths.Find(now, steps).ToList(), JsonPaths.Find(before, steps).ToList());
        // A field that must be there and is not: then it is what it should stand in that was left alone.
        if (mine.Count + theirs.Count == 0)
            return steps.Count > 1 && IsLeftAlone([.. steps.SkipLast(1)], now, before);
        return mine.Count == 1 && theirs.Count == 1 && JsonElement.DeepEquals(mine[0], theirs[0]);
    }
}
