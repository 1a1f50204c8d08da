using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources.Schemas;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.ApiExtensions.V1.Validation;

/// <summary>
/// A schema must be structural: it says of every field what it is, at one place. Then objects can be pruned, defaulted
/// and merged by it.
/// </summary>
internal static class StructuralRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    /// <summary>All that is wrong with the schema of a version.</summary>
    public static void Check(FieldErrors at, JSONSchemaProps root)
    {
        if (string.IsNullOrEmpty(root.Type)) at["type"].Required("must not be empty at the root");
        else if (root.Type != "object") at["type"].Invalid(root.Type, "must be object at the root");
        if (root.AdditionalProperties is not null) at["additionalProperties"].Forbidden("must not be used at the root");
        if (root.Nullable) at["nullable"].Forbidden("nullable cannot be true at the root");
        if (root.Properties.TryGetValue("metadata", out var metadata))
            CheckMetadata(at["properties"].Key("metadata"), metadata);
        CheckSchema(at, root, isRoot: true, "");
    }

    private static void CheckMetadata(FieldErrors at, JSONSchemaProps metadata)
    {
        if (metadata.Type != "object") at["type"].Invalid(metadata.Type ?? "", "must be object");
        if (metadata.Properties.Keys.Any(name => name is not ("name" or "generateName")))
        {
            at.Forbidden("must not specify anything other than name and generateName, "
                + "but metadata is implicitly specified");
        }
    }

    private static void CheckSchema(FieldErrors at, JSONSchemaProps schema, bool isRoot, string what)
    {
        CheckType(at, schema, isRoot, what);
        CheckForbidden(at, schema);
        CheckValues(at, schema);
        ListRules.Check(at, schema);
        if (schema.Default is { } value) CheckDefault(at["default"], value, schema, isRoot);
        foreach (var (name, property) in schema.Properties)
        {
            CheckSchema(at["properties"].Key(name), property, isRoot: false,
                "must not be empty for specified object fields");
        }
        if (JSONSchemaProps.SchemaOf(schema.Items) is { } items)
            CheckSchema(at["items"], items, isRoot: false, "must not be empty for specified array items");
        if (JSONSchemaProps.SchemaOf(schema.AdditionalProperties) is { } values)
        {
            CheckSchema(at["additionalProperties"], values, isRoot: false,
                "must not be empty for specified object fields");
        }
        JunctorRules.Check(at, schema);
    }

    private static void CheckType(FieldErrors at, JSONSchemaProps schema, bool isRoot, string what)
    {
        var type = schema.Type ?? "";
        if (schema.IntOrString)
        {
            if (type.Length > 0) at["type"].Invalid(type, "must be empty if x-kubernetes-int-or-string is true");
            return;
        }
        var isOpen = schema.PreserveUnknownFields == true;
        if (type.Length == 0)
        {
            if (!isRoot && !isOpen) at["type"].Required(what);
        }
        else if (!Types.Contains(type)) at["type"].NotSupported(type, Types);
        if (isOpen && type is not ("" or "object"))
            at["type"].Invalid(type, "must be object if x-kubernetes-preserve-unknown-fields is true");
        if (!schema.EmbeddedResource) return;
        if (type != "object") at["type"].Invalid(type, "must be object if x-kubernetes-embedded-resource is true");
        if (!isOpen && schema.Properties.Count == 0)
        {
            at["properties"].Required("must not be empty if x-kubernetes-embedded-resource is true without "
                + "x-kubernetes-preserve-unknown-fields");
        }
    }

    private static void CheckForbidden(FieldErrors at, JSONSchemaProps schema)
    {
        if (!string.IsNullOrEmpty(schema.Ref)) at["$ref"].Forbidden("$ref is not supported");
        if (!string.IsNullOrEmpty(schema.Id)) at["id"].Forbidden("id is not supported");
        if (schema.PatternProperties.Count > 0) at["patternProperties"].Forbidden("patternProperties is not supported");
        if (schema.Dependencies is not null) at["dependencies"].Forbidden("dependencies is not supported");
        if (schema.Definitions is not null) at["definitions"].Forbidden("definitions is not supported");
        if (schema.AdditionalItems is not null) at["additionalItems"].Forbidden("additionalItems is not supported");
        if (schema.UniqueItems)
        {
            at["uniqueItems"].Forbidden(
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        if (schema.PreserveUnknownFields == false)
        {
            at["x-kubernetes-preserve-unknown-fields"].Invalid(false, "must be true or undefined");
        }
        if (schema.AdditionalProperties is { } values)
        {
            if (values.ValueKind == JsonValueKind.False)
                at["additionalProperties"].Forbidden("additionalProperties cannot be set to false");
            else if (schema.Properties.Count > 0)
                at["additionalProperties"].Forbidden("additionalProperties and properties are mutual exclusive");
        }
        if (schema.Items is { ValueKind: JsonValueKind.Array })
            at["items"].Forbidden("items must be a schema object and not an array");
        else if (schema.Type == "array" && schema.Items is null) at["items"].Required("must be specified");
    }

    private static void CheckValues(FieldErrors at, JSONSchemaProps schema)
    {
        if (!string.IsNullOrEmpty(schema.Pattern))
        {
            try
            {
                StructuralSchema.Expression(schema.Pattern);
            }
            catch (ArgumentException e)
            {
                at["pattern"].Invalid(
                    schema.Pattern, $"must be a valid regular expression, but isn't: {e.Message}");
            }
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < schema.Enum.Count; i++)
        {
            if (seen.Add(schema.Enum[i].GetRawText())) continue;
            at["enum"][i].Duplicate(SchemaTexts.Shown(Node(schema.Enum[i])));
        }
        if (schema.MultipleOf is <= 0) at["multipleOf"].Invalid(schema.MultipleOf, "must be greater than 0");
        for (var i = 0; i < schema.Validations.Count; i++)
        {
            if (schema.Validations[i].Rule.Trim().Length == 0)
                at["x-kubernetes-validations"][i]["rule"].Required("rule is not specified");
        }
    }

    // A default is written into objects unseen, so it must be what the schema itself would take.
    private static void CheckDefault(FieldErrors at, JsonElement value, JSONSchemaProps schema, bool isRoot)
    {
        if (isRoot)
        {
            at.Forbidden("must not be set at the root");
            return;
        }
        // A schema that cannot be compiled is reported where it is wrong.
        if (!CanCompile(schema)) return;
        var compiled = StructuralSchema.Of(schema);
        var node = Node(value);
        foreach (var error in SchemaValidation.CheckValue(node, compiled))
        {
            var place = error.Field.Length == 0 || error.Field == "<nil>" ? at : at[error.Field];
            place.Invalid(SchemaTexts.Shown(node), error.Detail);
        }
        if (node is JsonObject fields
            && SchemaPruning.Prune((JsonObject)fields.DeepClone(), compiled) is { Count: > 0 } unknown)
        {
            at.Invalid(SchemaTexts.Shown(node), $"must not have unknown fields: {string.Join(", ", unknown)}");
        }
    }

    private static bool CanCompile(JSONSchemaProps schema)
    {
        try
        {
            return StructuralSchema.Of(schema) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
