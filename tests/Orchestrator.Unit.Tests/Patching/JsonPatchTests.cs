using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Patching;
using Orchestrator.Unit.Tests.Decoding;

namespace Orchestrator.Unit.Tests.Patching;

public sealed class JsonPatchTests
{
    private const string Current = """{"a":1,"b":{"c":[1,2,3]},"m~n/o":"x","nil":null}""";

    [Theory]
    [InlineData("""[{"op":"add","path":"/d","value":2}]""",
        """{"a":1,"b":{"c":[1,2,3]},"m~n/o":"x","nil":null,"d":2}""")]
    [InlineData("""[{"op":"add","path":"/b/c/1","value":9}]""",
        """{"a":1,"b":{"c":[1,9,2,3]},"m~n/o":"x","nil":null}""")]
    [InlineData("""[{"op":"add","path":"/b/c/-","value":9}]""",
        """{"a":1,"b":{"c":[1,2,3,9]},"m~n/o":"x","nil":null}""")]
    [InlineData("""[{"op":"add","path":"/b/c/3","value":9}]""",
        """{"a":1,"b":{"c":[1,2,3,9]},"m~n/o":"x","nil":null}""")]
    [InlineData("""[{"op":"remove","path":"/b/c/0"}]""", """{"a":1,"b":{"c":[2,3]},"m~n/o":"x","nil":null}""")]
    [InlineData("""[{"op":"remove","path":"/nil"}]""", """{"a":1,"b":{"c":[1,2,3]},"m~n/o":"x"}""")]
    [InlineData("""[{"op":"replace","path":"/m~0n~1o","value":{"y":null}}]""",
        """{"a":1,"b":{"c":[1,2,3]},"m~n/o":{"y":null},"nil":null}""")]
    [InlineData("""[{"op":"move","from":"/b/c/0","path":"/a"}]""",
        """{"a":1,"b":{"c":[2,3]},"m~n/o":"x","nil":null}""")]
    [InlineData("""[{"op":"copy","from":"/b","path":"/b/d"}]""",
        """{"a":1,"b":{"c":[1,2,3],"d":{"c":[1,2,3]}},"m~n/o":"x","nil":null}""")]
    [InlineData("""[{"op":"test","path":"/b","value":{"c":[1,2,3]}},{"op":"replace","path":"","value":{}}]""", "{}")]
    [InlineData("""[{"op":"test","path":"/none","value":null},{"op":"replace","path":"","value":{}}]""", "{}")]
    public void Operations_apply(string patch, string expected) =>
        PatchCases.Patched(Pod.Kind, Current, Patches.JsonType, patch).ShouldBe(expected);

    [Theory]
    [InlineData("""[{"op":"remove","path":"/x"}]""", 422, "doc is missing path: /x")]
    [InlineData("""[{"op":"replace","path":"/x","value":1}]""", 422, "doc is missing path: /x")]
    [InlineData("""[{"op":"add","path":"/x/y","value":1}]""", 422, "doc is missing path: /x/y")]
    [InlineData("""[{"op":"add","path":"/b/c/4","value":1}]""", 422, "missing path: /b/c/4")]
    [InlineData("""[{"op":"remove","path":"/b/c/01"}]""", 422, "missing path")]
    [InlineData("""[{"op":"remove","path":"/b/c/-"}]""", 422, "missing path")]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""", 422, "testing path /a failed: the value is 1, not 2")]
    [InlineData("""[{"op":"test","path":"/x","value":2}]""", 422, "missing path: /x")]
    [InlineData("""[{"op":"move","from":"/b","path":"/b/c"}]""", 422, "lies inside")]
    [InlineData("""[{"op":"remove","path":""}]""", 422, "the whole document would go")]
    [InlineData("""[{"op":"jump","path":"/a"}]""", 400, "must be add, remove")]
    [InlineData("""[{"op":"add","path":"/a"}]""", 400, "lacks a value")]
    [InlineData("""[{"op":"add","value":1}]""", 400, "lacks path")]
    [InlineData("""[{"op":"remove","path":"a"}]""", 400, "does not begin with /")]
    [InlineData("""[1]""", 400, "is no object")]
    [InlineData("""{}""", 400, "must be an array")]
    [InlineData("""[{"op":"replace","path":"","value":[]}]""", 400, "leaves no object")]
    [InlineData("""[{]""", 400, "json parse error")]
    public void What_does_not_apply_is_refused(string patch, int code, string part)
    {
        var refusal = Refused.By(() => PatchCases.Patched(Pod.Kind, Current, Patches.JsonType, patch));
        refusal.Code.ShouldBe(code);
        refusal.Message.ShouldContain(part);
        if (code != 422) return;
        refusal.Message.ShouldStartWith("the server rejected our request due to an error in our request");
        refusal.Details.ShouldBeNull();
    }

    [Fact]
    public void Too_many_operations_are_refused()
    {
        var patch = $"[{string.Join(',', Enumerable.Repeat("""{"op":"test","path":"/a","value":1}""", 10_001))}]";
        var refusal = Refused.By(() => PatchCases.Patched(Pod.Kind, Current, Patches.JsonType, patch));
        refusal.Code.ShouldBe(413);
        refusal.Message.ShouldContain("The allowed maximum operations in a JSON patch is 10000, got 10001");
    }

    [Fact]
    public void Copies_of_copies_are_bounded()
    {
        var patch =
            $"[{string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{"op":"copy","from":"","path":"/z{{i}}"}"""))}]";
        Refused.By(() => PatchCases.Patched(Pod.Kind, Current, Patches.JsonType, patch)).Message
            .ShouldContain("too large");
    }

    [Fact]
    public void Moves_cannot_nest_without_end()
    {
        const string round =
            """{"op":"add","path":"/y","value":{"z":{}}},{"op":"move","from":"/b","path":"/y/z/b"},{"op":"move","from":"/y","path":"/b"}""";
        var patch = $"[{string.Join(',', Enumerable.Repeat(round, 3000))}]";
        Refused.By(() => PatchCases.Patched(Pod.Kind, Current, Patches.JsonType, patch)).Message
            .ShouldContain("nested deeper than 64");
    }

    [Fact]
    public void Other_content_types_are_refused() => Refused.With(415,
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
        + "application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml "
        + "(you sent text/plain)",
        () => PatchCases.Patched(Pod.Kind, Current, "text/plain", "{}"));

    [Fact]
    public void Parameters_of_the_content_type_are_passed_over() =>
        PatchCases.Patched(Pod.Kind, "{}", "Application/Merge-Patch+json; charset=utf-8", """{"a":1}""")
            .ShouldBe("""{"a":1}""");
}
