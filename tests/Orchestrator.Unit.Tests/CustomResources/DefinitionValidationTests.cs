using Orchestrator.Api.ApiExtensions.V1;

namespace Orchestrator.Unit.Tests.CustomResources;

/// <summary>What is wrong with definitions, in the reference's words.</summary>
public sealed class DefinitionValidationTests
{
    private const string Schema = "spec.versions[0].schema.openAPIV3Schema";

    // why | merge patch of the sample | the errors
    public static TheoryData<string, string, string> Cases => new()
    {
        { "the sample is right", "{}", "" },
        { "the name says plural and group", """{"metadata":{"name":"crons.stable.example.com"}}""",
            "metadata.name: Invalid value: \"crons.stable.example.com\": must be spec.names.plural+\".\"+spec.group" },
        { "a group is a domain", """{"metadata":{"name":"crontabs.stable"},"spec":{"group":"stable"}}""",
            "spec.group: Invalid value: \"stable\": should be a domain with at least one dot" },
        { "a group has one owner",
            """{"metadata":{"name":"crontabs.networking.k8s.io","annotations":{"api-approved.kubernetes.io":"unapproved"}},"spec":{"group":"networking.k8s.io"}}""",
            "spec.group: Forbidden: the group networking.k8s.io is served by this server itself; "
            + "choose a group of your own" },
        { "groups of Kubernetes are protected",
            """{"metadata":{"name":"crontabs.x.k8s.io"},"spec":{"group":"x.k8s.io"}}""",
            "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval "
            + "annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111" },
        { "and are opened by an approval",
            """{"metadata":{"name":"crontabs.x.k8s.io","annotations":{"api-approved.kubernetes.io":"https://example.com/1"}},"spec":{"group":"x.k8s.io"}}""",
            "" },
        { "a scope must be known", """{"spec":{"scope":"Everywhere"}}""",
            "spec.scope: Unsupported value: \"Everywhere\": supported values: \"Cluster\", \"Namespaced\"" },
        { "a list has a name of its own", """{"spec":{"names":{"listKind":"CronTab"}}}""",
            "spec.names.listKind: Invalid value: \"CronTab\": kind and listKind may not be the same" },
        { "one version is stored", """{"spec":{"versions":[]}}""",
            "spec.versions: Invalid value: []string{}: must have exactly one version marked as storage version" },
        { "every version has a schema", """{"spec":{"versions":[{"name":"v1","served":true,"storage":true}]}}""",
            Schema + ": Required value: schemas are required" },
        { "webhooks do not convert", """{"spec":{"conversion":{"strategy":"Webhook"}}}""",
            "spec.conversion.strategy: Unsupported value: \"Webhook\": supported values: \"None\"" },
        { "the past is past", """{"spec":{"preserveUnknownFields":true}}""",
            "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields "
            + "to true in spec.versions[*].schema instead" },
    };

    // why | the schema of the one version | the errors, below the schema
    public static TheoryData<string, string, string> Schemas => new()
    {
        { "the root is an object", "{'type':'string'}",
            ".type: Invalid value: \"string\": must be object at the root" },
        { "the root has a type", "{}", ".type: Required value: must not be empty at the root" },
        { "a field has a type", "{'type':'object','properties':{'a':{}}}",
            ".properties[a].type: Required value: must not be empty for specified object fields" },
        { "items have a type", "{'type':'object','properties':{'a':{'type':'array','items':{}}}}",
            ".properties[a].items.type: Required value: must not be empty for specified array items" },
        { "lists say what they hold", "{'type':'object','properties':{'a':{'type':'array'}}}",
            ".properties[a].items: Required value: must be specified" },
        { "what is kept unknown needs no type",
            "{'type':'object','properties':{'a':{'x-kubernetes-preserve-unknown-fields':true}}}",
            "" },
        { "an integer or a text needs none",
            "{'type':'object','properties':{'a':{'x-kubernetes-int-or-string':true,'anyOf':[{'type':'integer'},{'type':'string'}]}}}",
            "" },
        { "types are known", "{'type':'object','properties':{'a':{'type':'int'}}}",
            ".properties[a].type: Unsupported value: \"int\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"" },
        { "fields or values",
            "{'type':'object','properties':{'a':{'type':'object','properties':{'b':{'type':'string'}},'additionalProperties':{'type':'string'}}}}",
            ".properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive" },
        { "metadata are known",
            "{'type':'object','properties':{'metadata':{'type':'object','properties':{'labels':{'type':'object'}}}}}",
            ".properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified" },
        { "expressions can be read", "{'type':'object','properties':{'a':{'type':'string','pattern':'('}}}",
            ".properties[a].pattern: Invalid value: \"(\": must be a valid regular expression, but isn't: " },
        { "parts only narrow", "{'type':'object','properties':{'a':{'type':'string','anyOf':[{'type':'string'}]}}}",
            ".properties[a].anyOf[0].type: Forbidden: must be empty to be structural" },
        { "parts name no new fields", "{'type':'object','anyOf':[{'properties':{'b':{'minLength':1}}}]}",
            ".properties[b]: Required value: because it is defined in " + Schema + ".anyOf[0].properties[b]" },
        { "a default fits", "{'type':'object','properties':{'a':{'type':'integer','default':'x'}}}",
            ".properties[a].default: Invalid value: \"x\": Invalid value: \"string\":  in body must be of type integer: \"string\"" },
        { "a default is known", "{'type':'object','properties':{'a':{'type':'object','default':{'b':1}}}}",
            ".properties[a].default: Invalid value: map[string]interface {}{\"b\":1}: must not have unknown fields: b" },
        { "keys are fields",
            "{'type':'object','properties':{'a':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k'],'items':{'type':'object'}}}}",
            ".properties[a].x-kubernetes-list-map-keys[0]: Invalid value: \"k\": entries must all be names of item properties" },
        { "keys are always there",
            "{'type':'object','properties':{'a':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k'],'items':{'type':'object','properties':{'k':{'type':'string'}}}}}}",
            ".properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property" },
        { "sets of objects are atomic",
            "{'type':'object','properties':{'a':{'type':'array','x-kubernetes-list-type':'set','items':{'type':'object','properties':{}}}}}",
            ".properties[a].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set" },
        { "no references", "{'type':'object','properties':{'a':{'type':'object','$ref':'#/x'}}}",
            ".properties[a].$ref: Forbidden: $ref is not supported" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Errors_are_those_of_the_reference(string why, string patch, string expected) =>
        Definitions.Errors(Definitions.With(patch)).ShouldBe(expected, why);

    [Theory, MemberData(nameof(Schemas))]
    public void Schemas_are_structural(string why, string schema, string expected)
    {
        var errors = Definitions.Errors(Definitions.With($$$"""
            {"spec":{"versions":[{"name":"v1","served":true,"storage":true,
              "schema":{"openAPIV3Schema":{{{schema.Replace('\'', '"')}}}}}]}}
            """));
        if (expected.Length == 0) errors.ShouldBeEmpty(why);
        else errors.ShouldStartWith(Schema + expected, Case.Sensitive, why);
    }

    [Fact]
    public void What_objects_are_found_by_stands_once_the_kind_is_served()
    {
        var old = Definitions.Established(Definitions.Read(Definitions.CronTab));
        var next = old with { Spec = old.Spec with { Scope = "Cluster" } };
        Definitions.Errors(next, old).ShouldBe("spec.scope: Invalid value: \"Cluster\": field is immutable");
        Definitions.Errors(next, old with { Status = new() }).ShouldBeEmpty();
    }

    [Fact]
    public void A_version_that_objects_are_stored_in_stays()
    {
        var old = Definitions.Established(Definitions.Read(Definitions.CronTab));
        var next = old with { Spec = old.Spec with { Versions = [old.Spec.Versions[0] with { Name = "v2" }] } };
        Definitions.Errors(next, old).ShouldBe(
            "status.storedVersions[0]: Invalid value: \"v1\": must appear in spec.versions");
    }

    [Fact]
    public void Rules_that_are_not_evaluated_are_named()
    {
        var definition = Definitions.With("""
            {"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
             "properties":{"a":{"type":"object","x-kubernetes-validations":[{"rule":"self.b > 1"}]}}}}}]}}
            """);
        CustomResourceDefinition.Kind.WarningsOf(definition).ShouldHaveSingleItem().ShouldBe(
            Schema
                + ".properties[a].x-kubernetes-validations: known and stored, but the rules are not evaluated in this "
            + "release: objects that break them are accepted");
    }
}
