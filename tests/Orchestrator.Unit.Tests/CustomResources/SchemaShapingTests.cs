using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources.Schemas;

namespace Orchestrator.Unit.Tests.CustomResources;

/// <summary>What schemas take out of objects and put into them.</summary>
public sealed class SchemaShapingTests
{
    // why | schema | before | after | what was taken out
    public static TheoryData<string, string, string, string, string> Pruned => new()
    {
        { "what is known stays", "{'type':'object','properties':{'a':{'type':'string'}}}", "{'a':'x'}",
            "{'a':'x'}", "" },
        { "what is not goes", "{'type':'object','properties':{'a':{'type':'string'}}}", "{'a':'x','b':1}", "{'a':'x'}",
            "b" },
        { "at any depth",
            "{'type':'object','properties':{'a':{'type':'array','items':{'type':'object','properties':{}}}}}",
            "{'a':[{'x':1},{'y':2}]}", "{'a':[{},{}]}", "a[0].x a[1].y" },
        { "unless it is to be kept", "{'type':'object','x-kubernetes-preserve-unknown-fields':true}", "{'a':{'b':1}}",
            "{'a':{'b':1}}", "" },
        { "but what is specified is looked into",
            "{'type':'object','x-kubernetes-preserve-unknown-fields':true,'properties':{'a':{'type':'object'}}}",
            "{'a':{'b':1},'c':2}", "{'a':{},'c':2}", "a.b" },
        { "values of maps",
            "{'type':'object','properties':{'m':{'type':'object','additionalProperties':{'type':'object','properties':{'a':{'type':'string'}}}}}}",
            "{'m':{'k':{'a':'x','b':1}}}", "{'m':{'k':{'a':'x'}}}", "m.k.b" },
        { "any value of a map", "{'type':'object','properties':{'m':{'type':'object','additionalProperties':true}}}",
            "{'m':{'k':{'b':1}}}", "{'m':{'k':{'b':1}}}", "" },
        { "an object in an object says what it is",
            "{'type':'object','properties':{'o':{'type':'object','x-kubernetes-embedded-resource':true,'properties':{'spec':{'type':'object'}}}}}",
            "{'o':{'apiVersion':'v1','kind':'K','metadata':{'name':'n'},'spec':{},'more':1}}",
            "{'o':{'apiVersion':'v1','kind':'K','metadata':{'name':'n'},'spec':{}}}", "o.more" },
        { "a value of another type is left to the check", "{'type':'object','properties':{'a':{'type':'object'}}}",
            "{'a':'x'}", "{'a':'x'}", "" },
    };

    // why | schema | before | after
    public static TheoryData<string, string, string, string> Defaulted => new()
    {
        { "what is left out", "{'type':'object','properties':{'a':{'type':'integer','default':1}}}", "{}", "{'a':1}" },
        { "what is there stays", "{'type':'object','properties':{'a':{'type':'integer','default':1}}}", "{'a':0}",
            "{'a':0}" },
        { "null is left out", "{'type':'object','properties':{'a':{'type':'integer','default':1}}}", "{'a':null}",
            "{'a':1}" },
        { "null that is taken stays",
            "{'type':'object','properties':{'a':{'type':'integer','nullable':true,'default':1}}}",
            "{'a':null}", "{'a':null}" },
        { "nothing below what is left out",
            "{'type':'object','properties':{'a':{'type':'object','properties':{'b':{'type':'integer','default':1}}}}}",
            "{}", "{}" },
        { "below a default",
            "{'type':'object','properties':{'a':{'type':'object','default':{},'properties':{'b':{'type':'integer','default':1}}}}}",
            "{}", "{'a':{'b':1}}" },
        { "elements of lists",
            "{'type':'object','properties':{'l':{'type':'array','items':{'type':'object','properties':{'b':{'type':'string','default':'x'}}}}}}",
            "{'l':[{},{'b':'y'}]}", "{'l':[{'b':'x'},{'b':'y'}]}" },
        { "values of maps",
            "{'type':'object','properties':{'m':{'type':'object','additionalProperties':{'type':'object','properties':{'b':{'type':'string','default':'x'}}}}}}",
            "{'m':{'k':{}}}", "{'m':{'k':{'b':'x'}}}" },
    };

    [Theory, MemberData(nameof(Pruned))]
    public void Unknown_fields_are_taken_out(string why, string schema, string before, string after, string gone)
    {
        var content = (JsonObject)JsonNode.Parse(Quoted(before))!;
        var found = SchemaPruning.Prune(content, Definitions.Schema(Quoted(schema)));
        content.ToJsonString().ShouldBe(Quoted(after), why);
        string.Join(' ', found).ShouldBe(gone, why);
    }

    [Theory, MemberData(nameof(Defaulted))]
    public void Defaults_are_filled_in_once(string why, string schema, string before, string after)
    {
        var content = (JsonObject)JsonNode.Parse(Quoted(before))!;
        var compiled = Definitions.Schema(Quoted(schema));
        SchemaDefaults.Apply(content, compiled).ShouldBe(before != after, why);
        content.ToJsonString().ShouldBe(Quoted(after), why);
        SchemaDefaults.Apply(content, compiled).ShouldBeFalse(why);
    }

    private static string Quoted(string text) => text.Replace('\'', '"');
}
