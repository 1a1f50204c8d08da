using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>Says which fields of a record differ on the wire.</summary>
internal static class FieldChanges
{
    /// <summary>Their JSON names, sorted.</summary>
    public static IReadOnlyList<string> Between<T>(T before, T now)
    {
        var (old, next) = (Fields(before), Fields(now));
        return [.. next.Keys.Union(old.Keys).Where(name =>
            next.GetValueOrDefault(name) != old.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
    }

    private static Dictionary<string, string> Fields<T>(T record)
    {
        using var json = JsonSerializer.SerializeToDocument(record, ApiJson.TypeInfo(typeof(T)));
        return json.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetRawText());
    }
}
