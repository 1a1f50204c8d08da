using Orchestrator.Api.Meta;

namespace Orchestrator.Api.ApiExtensions.V1.Validation;

/// <summary>
/// Schemas inside allOf, anyOf, oneOf and not only narrow what the schema around them says: they name no types and no
/// fields of their own.
/// </summary>
internal static class JunctorRules
{
    public static void Check(FieldErrors at, JSONSchemaProps schema)
    {
        foreach (var (name, parts) in new[]
        {
            ("allOf", schema.AllOf), ("anyOf", schema.AnyOf), ("oneOf", schema.OneOf),
        })
        {
            for (var i = 0; i < parts.Count; i++) CheckPart(at[name][i], parts[i], at, schema, isTop: true);
        }
        if (schema.Not is { } not) CheckPart(at["not"], not, at, schema, isTop: true);
    }

    private static void CheckPart(
        FieldErrors at, JSONSchemaProps part, FieldErrors around, JSONSchemaProps? outer, bool isTop)
    {
        // An integer or a text is said by anyOf of the two types, which is the one place where a part may name a type.
        var isChoice = isTop && outer?.IntOrString == true;
        if (!string.IsNullOrEmpty(part.Type) && !isChoice) at["type"].Forbidden("must be empty to be structural");
        if (!string.IsNullOrEmpty(part.Title)) at["title"].Forbidden("must be empty to be structural");
        if (!string.IsNullOrEmpty(part.Description)) at["description"].Forbidden("must be empty to be structural");
        if (part.Default is not null) at["default"].Forbidden("must be undefined to be structural");
        if (part.AdditionalProperties is not null)
            at["additionalProperties"].Forbidden("must be undefined to be structural");
        if (part.Nullable) at["nullable"].Forbidden("must be false to be structural");
        if (part.PreserveUnknownFields is not null)
            at["x-kubernetes-preserve-unknown-fields"].Forbidden("must be undefined to be structural");
        if (part.EmbeddedResource)
            at["x-kubernetes-embedded-resource"].Forbidden("must be false to be structural");
        if (part.IntOrString) at["x-kubernetes-int-or-string"].Forbidden("must be false to be structural");
        foreach (var (name, property) in part.Properties)
        {
            var inner = outer?.Properties.GetValueOrDefault(name);
            var place = at["properties"].Key(name);
            if (inner is null && outer is not null)
                around["properties"].Key(name).Required($"because it is defined in {place.Path}");
            CheckPart(place, property, around["properties"].Key(name), inner, isTop: false);
        }
        if (JSONSchemaProps.SchemaOf(part.Items) is { } items)
        {
            var inner = JSONSchemaProps.SchemaOf(outer?.Items);
            if (inner is null && outer is not null)
                around["items"].Required($"because it is defined in {at["items"].Path}");
            CheckPart(at["items"], items, around["items"], inner, isTop: false);
        }
        foreach (var (name, parts) in new[] { ("allOf", part.AllOf), ("anyOf", part.AnyOf), ("oneOf", part.OneOf) })
        {
            for (var i = 0; i < parts.Count; i++) CheckPart(at[name][i], parts[i], around, outer, isTop: isTop);
        }
        if (part.Not is { } not) CheckPart(at["not"], not, around, outer, isTop: false);
    }
}
