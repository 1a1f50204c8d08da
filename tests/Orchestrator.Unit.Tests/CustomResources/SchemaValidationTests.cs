using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources.Schemas;

namespace Orchestrator.Unit.Tests.CustomResources;

/// <summary>What is wrong with custom objects, in the reference's words.</summary>
public sealed class SchemaValidationTests
{
    // why | schema of the field a | its value | the errors
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "a type that fits", "{'type':'string'}", "'x'", "" },
        { "another type", "{'type':'integer'}", "'x'",
            "a: Invalid value: \"string\": a in body must be of type integer: \"string\"" },
        { "a fraction is no integer", "{'type':'integer'}", "1.5",
            "a: Invalid value: \"number\": a in body must be of type integer: \"number\"" },
        { "a whole fraction is one", "{'type':'integer'}", "2.0", "" },
        { "an integer is a number", "{'type':'number'}", "2", "" },
        { "null where none is taken", "{'type':'string'}", "null",
            "a: Invalid value: \"null\": a in body must be of type string: \"null\"" },
        { "null where it is taken", "{'type':'string','nullable':true}", "null", "" },
        { "an object for a list", "{'type':'array','items':{'type':'string'}}", "{}",
            "a: Invalid value: \"object\": a in body must be of type array: \"object\"" },
        { "too small", "{'type':'integer','minimum':1}", "0",
            "a: Invalid value: 0: a in body should be greater than or equal to 1" },
        { "not above", "{'type':'integer','minimum':1,'exclusiveMinimum':true}", "1",
            "a: Invalid value: 1: a in body should be greater than 1" },
        { "too large", "{'type':'integer','maximum':10}", "15",
            "a: Invalid value: 15: a in body should be less than or equal to 10" },
        { "not below", "{'type':'number','maximum':1.5,'exclusiveMaximum':true}", "1.5",
            "a: Invalid value: 1.5: a in body should be less than 1.5" },
        { "no multiple", "{'type':'integer','multipleOf':3}", "7",
            "a: Invalid value: 7: a in body should be a multiple of 3" },
        { "a multiple of a fraction", "{'type':'number','multipleOf':0.1}", "0.3", "" },
        { "no match", "{'type':'string','pattern':'^[a-z]+$'}", "'A1'",
            "a: Invalid value: \"A1\": a in body should match '^[a-z]+$'" },
        { "too short", "{'type':'string','minLength':3}", "'ab'",
            "a: Invalid value: \"ab\": a in body should be at least 3 chars long" },
        { "too long", "{'type':'string','maxLength':3}", "'abcd'", "a: Too long: may not be more than 3 bytes" },
        { "characters count, not bytes", "{'type':'string','maxLength':3}", "'äöü'", "" },
        { "none of the values", "{'type':'string','enum':['x','y']}", "'z'",
            "a: Unsupported value: \"z\": supported values: \"x\", \"y\"" },
        { "too few items", "{'type':'array','minItems':2,'items':{'type':'string'}}", "['x']",
            "a: Invalid value: []interface {}{\"x\"}: a in body should have at least 2 items" },
        { "too many items", "{'type':'array','maxItems':1,'items':{'type':'string'}}", "['x','y']",
            "a: Too many: 2: must have at most 1 items" },
        { "twins", "{'type':'array','uniqueItems':true,'items':{'type':'string'}}", "['x','x']",
            "a: Invalid value: []interface {}{\"x\", \"x\"}: a in body shouldn't contain duplicates" },
        { "a place in a list", "{'type':'array','items':{'type':'object','properties':{'b':{'type':'string'}}}}",
            "[{'b':'x'},{'b':1}]",
            "a[1].b: Invalid value: \"integer\": a[1].b in body must be of type string: \"integer\"" },
        { "a value of a map", "{'type':'object','additionalProperties':{'type':'integer'}}", "{'k':'x'}",
            "a.k: Invalid value: \"string\": a.k in body must be of type integer: \"string\"" },
        { "a field that must be there", "{'type':'object','required':['b'],'properties':{'b':{'type':'string'}}}",
            "{}", "a.b: Required value" },
        { "too few fields", "{'type':'object','minProperties':1,'additionalProperties':{'type':'string'}}", "{}",
            "a: Invalid value: map[string]interface {}{}: a in body should have at least 1 properties" },
        { "too many fields", "{'type':'object','maxProperties':1,'additionalProperties':{'type':'string'}}",
            "{'x':'1','y':'2'}", "a: Too many: 2: must have at most 1 items" },
        { "twins of a set", "{'type':'array','x-kubernetes-list-type':'set','items':{'type':'string'}}", "['x','x']",
            "a[1]: Duplicate value: \"x\"" },
        { "twins by key",
            "{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k'],'items':{'type':'object'}}",
            "[{'k':'x','v':1},{'k':'x','v':2}]", "a[1]: Duplicate value: map[string]interface {}{\"k\":\"x\"}" },
        { "an integer or a text takes both", "{'x-kubernetes-int-or-string':true}", "'50%'", "" },
        { "an integer or a text takes nothing else", "{'x-kubernetes-int-or-string':true}", "true",
            "a: Invalid value: \"boolean\": a in body must be of type integer,string: \"boolean\"" },
        { "one of several", "{'type':'string','anyOf':[{'pattern':'^a'},{'pattern':'^b'}]}", "'bx'", "" },
        { "none of several", "{'type':'string','anyOf':[{'pattern':'^a'},{'pattern':'^b'}]}", "'c'",
            "<nil>: Invalid value: \"\": \"a\" must validate at least one schema (anyOf)\n"
            + "a: Invalid value: \"c\": a in body should match '^a'" },
        { "more than one", "{'type':'string','oneOf':[{'pattern':'a'},{'pattern':'b'}]}", "'ab'",
            "<nil>: Invalid value: \"\": \"a\" must validate one and only one schema (oneOf). Found 2 valid alternatives" },
        { "not all", "{'type':'string','allOf':[{'pattern':'a'},{'pattern':'b'}]}", "'a'",
            "a: Invalid value: \"a\": a in body should match 'b'\n"
            + "<nil>: Invalid value: \"\": \"a\" must validate all the schemas (allOf)" },
        { "what is excluded", "{'type':'string','not':{'pattern':'a'}}", "'a'",
            "<nil>: Invalid value: \"\": \"a\" must not validate the schema (not)" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Errors_are_those_of_the_reference(string why, string schema, string value, string expected)
    {
        var whole = Definitions.Schema($$$"""{"type":"object","properties":{"a":{{{Quoted(schema)}}}}}""");
        var content = (JsonObject)JsonNode.Parse($$$"""{"a":{{{Quoted(value)}}}}""")!;
        string.Join('\n', SchemaValidation.Check(content, whole)).ShouldBe(expected, why);
    }

    [Theory]
    [InlineData("date-time", "2026-01-02T03:04:05Z", true)]
    [InlineData("date-time", "2026-01-02 03:04:05", false)]
    [InlineData("date-time", "2026-01-02", false)]
    [InlineData("date", "2026-02-29", false)]
    [InlineData("byte", "aGVsbG8=", true)]
    [InlineData("byte", "%", false)]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-426614174000", true)]
    [InlineData("uuid", "123e4567", false)]
    [InlineData("ipv4", "10.0.0.1", true)]
    [InlineData("ipv4", "::1", false)]
    [InlineData("ipv6", "::1", true)]
    [InlineData("cidr", "10.0.0.0/8", true)]
    [InlineData("cidr", "10.0.0.0/40", false)]
    [InlineData("duration", "1h30m", true)]
    [InlineData("duration", "soon", false)]
    [InlineData("of-no-one", "whatever", true)]
    public void Formats_are_checked_where_the_reference_checks_them(string format, string text, bool fits)
    {
        var schema = Definitions.Schema($$"""{"type":"string","format":"{{format}}"}""");
        var errors = SchemaValidation.CheckValue(JsonValue.Create(text), schema);
        errors.Count.ShouldBe(fits ? 0 : 1);
        if (!fits) errors[0].Detail.ShouldContain($"must be of type {format}: \"{text}\"");
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var schema = Definitions.Schema(
            """{"type":"object","required":["c"],"properties":{"a":{"type":"string"},"b":{"type":"integer"}}}""");
        SchemaValidation.Check((JsonObject)JsonNode.Parse("""{"a":1,"b":"x"}""")!, schema).Count.ShouldBe(3);
    }

    private static string Quoted(string text) => text.Replace('\'', '"');
}
