using System.Globalization;
using System.Text.Json;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources;

/// <summary>The columns of the tables of a custom kind: the name, and what its definition adds.</summary>
internal static class CustomColumns
{
    private static readonly CustomResourceColumnDefinition Age = new()
    {
        Name = "Age",
        Type = "date",
        JsonPath = ".metadata.creationTimestamp",
        Description = "CreationTimestamp is a timestamp representing the server time when this object was created.",
    };

    public static IReadOnlyList<Column> Of(IReadOnlyList<CustomResourceColumnDefinition> added)
    {
        IReadOnlyList<CustomResourceColumnDefinition> all = added.Count == 0 ? [Age] : added;
        return
        [
            new("Name", "string", static (obj, _) => obj.Metadata.Name ?? "", IsWide: false),
            .. all.Select(Of),
        ];
    }

    private static Column Of(CustomResourceColumnDefinition column)
    {
        var steps = JsonPaths.Parse(column.JsonPath) ?? [];
        var isMetadata = column.JsonPath.StartsWith(".metadata", StringComparison.Ordinal);
        return new(column.Name, column.Type,
            (obj, now) => Cell(column.Type, Found((CustomObject)obj, steps, isMetadata), now)!, column.Priority > 0)
        {
            Format = column.Format ?? "",
            Description = column.Description ?? "",
        };
    }

    // The metadata are a record, so they are written out for the few columns that read them.
    private static List<JsonElement> Found(CustomObject obj, IReadOnlyList<JsonStep> steps, bool isMetadata)
    {
        if (!isMetadata) return [.. JsonPaths.Find(obj.Content, steps)];
        using var whole = JsonDocument.Parse(ApiJson.Write(obj));
        return [.. JsonPaths.Find(whole.RootElement, steps).Select(found => found.Clone())];
    }

    private static object? Cell(string type, List<JsonElement> found, DateTimeOffset now)
    {
        if (found.Count == 0 || found[0].ValueKind == JsonValueKind.Null) return null;
        var first = found[0];
        switch (type)
        {
            case "integer":
                if (first.ValueKind != JsonValueKind.Number) return null;
                return first.TryGetInt64(out var whole) ? whole : (long)first.GetDouble();
            case "number":
                return first.ValueKind == JsonValueKind.Number ? first.GetDouble() : null;
            case "boolean":
                return first.ValueKind is JsonValueKind.True or JsonValueKind.False ? first.GetBoolean() : null;
            case "date":
                return first.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(
                    first.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                    ? HumanDuration.Since(time, now)
                    : "<invalid>";
            default:
                return found.Count == 1 ? first.ToString() : string.Join(",", found.Select(item => item.ToString()));
        }
    }
}
