using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>
/// Schemas of custom kinds, as their definitions give them. The older form knows less, so what it cannot say is left
/// out of it: clients that check by it then take more rather than refuse what is right.
/// </summary>
internal static class CustomSchemas
{
    private static readonly string[] UnknownToV2 =
        ["allOf", "anyOf", "oneOf", "not", "default", "nullable", "x-kubernetes-validations"];

    /// <summary><c>com.example.stable.v1.CronTab</c>: the group from its end.</summary>
    public static string NameOf(string group, string version, string kind) =>
        $"{string.Join('.', group.Split('.').Reverse())}.{version}.{kind}";

    /// <summary>The schema of whole objects.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="form">The form of the document.</param>
    /// <param name="typeFields">The fields apiVersion and kind.</param>
    /// <param name="metadata">The schema of the metadata.</param>
    public static JsonObject Of(CustomKind kind, OpenApiForm form, JsonObject typeFields, Func<JsonObject> metadata)
    {
        var declared = kind.Declared.Schema?.OpenAPIV3Schema ?? new() { Type = "object" };
        var schema = Converted(declared, form, typeFields, metadata);
        schema["type"] = "object";
        if (declared.Properties.Count > 0 || declared.PreserveUnknownFields != true)
        {
            var properties = (JsonObject)typeFields.DeepClone();
            properties["metadata"] = metadata();
            foreach (var (name, value) in (schema["properties"] as JsonObject)?.ToList() ?? [])
            {
                if (!properties.ContainsKey(name)) properties[name] = value?.DeepClone();
            }
            schema["properties"] = properties;
        }
        schema["x-kubernetes-group-version-kind"] =
            new JsonArray(SchemaNames.GroupVersionKind(kind.Group, kind.Version, kind.Name));
        return schema;
    }

    private static JsonObject Converted(
        JSONSchemaProps declared, OpenApiForm form, JsonObject typeFields, Func<JsonObject> metadata)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(declared, ApiJson.TypeInfo(typeof(JSONSchemaProps)));
        var schema = (JsonObject)JsonNode.Parse(json)!;
        Adapt(schema, form, typeFields, metadata);
        return schema;
    }

    private static void Adapt(JsonObject schema, OpenApiForm form, JsonObject typeFields, Func<JsonObject> metadata)
    {
        var isNullable = schema["nullable"] is not null;
        if (form == OpenApiForm.V2)
        {
            foreach (var name in UnknownToV2) schema.Remove(name);
            var isOpen = schema["x-kubernetes-preserve-unknown-fields"] is not null;
            if (isOpen || isNullable)
                foreach (var name in (string[])["type", "properties", "items", "additionalProperties", "required"])
                    schema.Remove(name);
        }
        if (schema["properties"] is JsonObject properties)
        {
            foreach (var (_, property) in properties) Adapt((JsonObject)property!, form, typeFields, metadata);
        }
        if (schema["items"] is JsonObject items) Adapt(items, form, typeFields, metadata);
        if (schema["additionalProperties"] is JsonObject values) Adapt(values, form, typeFields, metadata);
        if (schema["x-kubernetes-embedded-resource"] is null || (form == OpenApiForm.V2 && schema["type"] is null))
            return;
        var whole = (JsonObject)typeFields.DeepClone();
        whole["metadata"] = metadata();
        foreach (var (name, value) in (schema["properties"] as JsonObject)?.ToList() ?? [])
        {
            if (!whole.ContainsKey(name)) whole[name] = value?.DeepClone();
        }
        schema["properties"] = whole;
    }
}
