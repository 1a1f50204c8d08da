using System.Text.Json;

namespace Orchestrator.Api.ApiExtensions.V1;

/// <summary>
/// Names what a definition asks for and this release does not do, so that nothing is ignored in silence.
/// </summary>
internal static class DefinitionWarnings
{
    public static IEnumerable<string> Of(CustomResourceDefinition definition)
    {
        var versions = definition.Spec.Versions;
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].Schema?.OpenAPIV3Schema is not { } schema) continue;
            foreach (var place in Rules(schema, $"spec.versions[{i}].schema.openAPIV3Schema"))
            {
                yield return $"{place}.x-kubernetes-validations: known and stored, but the rules are not evaluated "
                    + "in this release: objects that break them are accepted";
            }
        }
    }

    private static IEnumerable<string> Rules(JSONSchemaProps schema, string path)
    {
        if (schema.Validations.Count > 0) yield return path;
        var below = schema.Properties.Select(property => (property.Value, $"{path}.properties[{property.Key}]"))
            .Concat(Held(schema.Items, $"{path}.items"))
            .Concat(Held(schema.AdditionalProperties, $"{path}.additionalProperties"));
        foreach (var place in below.SelectMany(child => Rules(child.Item1, child.Item2))) yield return place;
    }

    private static IEnumerable<(JSONSchemaProps, string)> Held(JsonElement? value, string path) =>
        JSONSchemaProps.SchemaOf(value) is { } schema ? [(schema, path)] : [];
}
