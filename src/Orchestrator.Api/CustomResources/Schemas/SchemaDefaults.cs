using System.Text.Json.Nodes;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>Fills in what a schema says of fields that are left out. Pure but for its argument; repeatable.</summary>
public static class SchemaDefaults
{
    /// <summary>Changes <paramref name="content"/>.</summary>
    /// <returns>Whether something was filled in.</returns>
    public static bool Apply(JsonNode? content, StructuralSchema schema)
    {
        if (!schema.HasDefaultsBelow) return false;
        return content switch
        {
            JsonObject fields => ApplyToFields(fields, schema),
            JsonArray list when schema.Items is { } items =>
                list.Aggregate(false, (changed, item) => Apply(item, items) || changed),
            _ => false,
        };
    }

    private static bool ApplyToFields(JsonObject fields, StructuralSchema schema)
    {
        var changed = false;
        foreach (var (name, property) in schema.Properties)
        {
            if (!property.HasDefault) continue;
            // A null where none is allowed is a field that was left out.
            if (fields.TryGetPropertyValue(name, out var value) && (value is not null || property.Source.Nullable))
                continue;
            fields[name] = property.Default?.DeepClone();
            changed = true;
        }
        foreach (var (name, value) in fields)
        {
            if (value is null) continue;
            if (schema.Properties.TryGetValue(name, out var known)) changed |= Apply(value, known);
            else if (schema.Values is { } values) changed |= Apply(value, values);
        }
        return changed;
    }
}
