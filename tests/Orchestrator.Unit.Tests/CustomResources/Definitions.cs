using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.CustomResources.Schemas;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.CustomResources;

/// <summary>Definitions and objects in few words.</summary>
internal static class Definitions
{
    public const string CronTab = """
        {"metadata":{"name":"crontabs.stable.example.com"},
         "spec":{"group":"stable.example.com","scope":"Namespaced",
          "names":{"plural":"crontabs","singular":"crontab","kind":"CronTab","shortNames":["ct"]},
          "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
           "schema":{"openAPIV3Schema":{"type":"object","properties":{
            "spec":{"type":"object","properties":{"cronSpec":{"type":"string"},"replicas":{"type":"integer","default":1}}},
            "status":{"type":"object","properties":{"phase":{"type":"string"}}}}}}}]}}
        """;

    public static CustomResourceDefinition Read(string json) =>
        (CustomResourceDefinition)CustomResourceDefinition.Kind.Defaulted(ObjectDecoder.Decode(
            CustomResourceDefinition.Kind, Encoding.UTF8.GetBytes(json), FieldValidation.Strict).Object);

    /// <summary>The sample with something put in, by a merge patch.</summary>
    public static CustomResourceDefinition With(string patch)
    {
        var tree = Api.Patching.MergePatch.Apply(JsonNode.Parse(CronTab), JsonNode.Parse(patch));
        return Read(tree!.ToJsonString());
    }

    public static string Errors(CustomResourceDefinition definition, CustomResourceDefinition? old = null) =>
        string.Join("\n", CustomResourceDefinition.Kind.Check(definition, old));

    public static CustomResourceDefinition Established(CustomResourceDefinition definition) => definition with
    {
        Status = new()
        {
            Conditions = [new() { Type = "Established", Status = "True" }],
            AcceptedNames = definition.Spec.Names,
            StoredVersions = ["v1"],
        },
    };

    public static CustomKind Kind(string? patch = null) =>
        CustomKinds.Of(Established(patch is null ? Read(CronTab) : With(patch))).Served[0];

    public static StructuralSchema Schema(string json) =>
        StructuralSchema.Of(JSONSchemaProps.SchemaOf(System.Text.Json.JsonDocument.Parse(json).RootElement)!);

    public static CustomObject Object(CustomKind kind, string json, FieldValidation mode = FieldValidation.Strict) =>
        (CustomObject)ObjectDecoder.Decode(kind, Encoding.UTF8.GetBytes(json), mode).Object;

    public static string Json(CustomObject obj) => obj.Content.GetRawText();
}
