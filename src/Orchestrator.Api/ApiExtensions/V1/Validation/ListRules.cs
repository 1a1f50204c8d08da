using Orchestrator.Api.Meta;

namespace Orchestrator.Api.ApiExtensions.V1.Validation;

/// <summary>What a schema may say of how its lists and maps merge.</summary>
internal static class ListRules
{
    private const string Type = "x-kubernetes-list-type";
    private const string Keys = "x-kubernetes-list-map-keys";

    public static void Check(FieldErrors at, JSONSchemaProps schema)
    {
        CheckMapType(at, schema);
        if (schema.ListType is not { } type)
        {
            if (schema.ListMapKeys.Count > 0)
                at[Type].Required($"must be map if {Keys} is non-empty");
            return;
        }
        if (type is not ("atomic" or "set" or "map"))
        {
            at[Type].NotSupported(type, "atomic", "map", "set");
            return;
        }
        if (schema.Type != "array") at["type"].Invalid(schema.Type ?? "", $"must be array if {Type} is specified");
        if (type != "map")
        {
            if (schema.ListMapKeys.Count > 0) at[Type].Invalid(type, $"must be map if {Keys} is non-empty");
            if (type == "set") CheckSet(at, JSONSchemaProps.SchemaOf(schema.Items));
            return;
        }
        if (schema.ListMapKeys.Count == 0) at[Keys].Required($"must not be empty if {Type} is map");
        if (JSONSchemaProps.SchemaOf(schema.Items) is { } items) CheckKeys(at, schema, items);
        else at["items"].Required($"must have a schema if {Type} is map");
    }

    private static void CheckMapType(FieldErrors at, JSONSchemaProps schema)
    {
        if (schema.MapType is not { } type) return;
        if (type is not ("atomic" or "granular")) at["x-kubernetes-map-type"].NotSupported(type, "atomic", "granular");
        if (schema.Type != "object")
            at["type"].Invalid(schema.Type ?? "", "must be object if x-kubernetes-map-type is specified");
    }

    private static void CheckSet(FieldErrors at, JSONSchemaProps? items)
    {
        if (items is null) at["items"].Required($"must have a schema if {Type} is set");
        else if (items.Nullable) at["items"]["nullable"].Forbidden($"cannot be nullable when {Type} is set");
        else if (items.Type == "object" && items.MapType != "atomic")
        {
            at["items"]["x-kubernetes-map-type"].Invalid(items.MapType,
                $"must be atomic as item of a list with {Type}=set");
        }
        else if (items.Type == "array" && items.ListType is not (null or "atomic"))
        {
            at["items"][Type].Invalid(items.ListType, $"must be atomic as item of a list with {Type}=set");
        }
    }

    private static void CheckKeys(FieldErrors at, JSONSchemaProps schema, JSONSchemaProps items)
    {
        if (items.Type != "object")
            at["items"]["type"].Invalid(items.Type ?? "", $"must be object if parent array's {Type} is map");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < schema.ListMapKeys.Count; i++)
        {
            var key = schema.ListMapKeys[i];
            if (!seen.Add(key)) at[Keys][i].Duplicate(key);
            if (!items.Properties.TryGetValue(key, out var property))
            {
                at[Keys][i].Invalid(key, "entries must all be names of item properties");
                continue;
            }
            var place = at["items"]["properties"].Key(key);
            if (property.Type is "array" or "object")
                place["type"].Invalid(property.Type, $"must be a scalar type if parent array's {Type} is map");
            if (property.Default is null && !items.Required.Contains(key))
            {
                place["default"].Required(
                    $"this property is in {Keys}, so it must have a default or be a required property");
            }
        }
    }
}
