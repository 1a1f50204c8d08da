using System.Text.Json.Nodes;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>Takes out of an object what its schema does not know, and says what that was.</summary>
public static class SchemaPruning
{
    private static readonly string[] TypeFields = ["apiVersion", "kind", "metadata"];

    /// <summary>Changes <paramref name="content"/>; apiVersion, kind and metadata are left alone.</summary>
    /// <returns>The paths of the fields that were taken out.</returns>
    public static IReadOnlyList<string> Prune(JsonObject content, StructuralSchema schema)
    {
        var found = new List<string>();
        Prune(content, schema, SchemaPath.Root, isResource: true, found);
        return found;
    }

    private static void Prune(JsonNode? node, StructuralSchema schema, SchemaPath at, bool isResource,
        List<string> found)
    {
        switch (node)
        {
            case JsonObject fields:
                PruneFields(fields, schema, at, isResource || schema.Source.EmbeddedResource, found);
                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++) Prune(list[i], items, at.Element(i), isResource: false, found);
                break;
        }
    }

    private static void PruneFields(
        JsonObject fields, StructuralSchema schema, SchemaPath at, bool isResource, List<string> found)
    {
        List<string>? unknown = null;
        foreach (var (name, value) in fields)
        {
            if (isResource && TypeFields.Contains(name)) continue;
            if (schema.Properties.TryGetValue(name, out var known))
                Prune(value, known, at.Field(name), isResource: false, found);
            else if (schema.Values is { } values)
                Prune(value, values, at.Field(name), isResource: false, found);
            else if (!schema.KeepsUnknown && !schema.TakesAnyProperty) (unknown ??= []).Add(name);
        }
        foreach (var name in unknown ?? [])
        {
            fields.Remove(name);
            found.Add(at.Field(name).ToString());
        }
    }
}
