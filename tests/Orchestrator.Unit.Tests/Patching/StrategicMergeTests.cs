using System.Text.Json.Nodes;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Patching;
using Orchestrator.Unit.Tests.Decoding;

namespace Orchestrator.Unit.Tests.Patching;

public sealed class StrategicMergeTests
{
    // why | containers before | containers of the patch (with the order directive, if any) | containers after
    public static TheoryData<string, string, string, string> Containers => new()
    {
        { "an element merges by name", """[{"name":"a","image":"1"}]""",
            """{"containers":[{"name":"a","image":"2"}]}""", """[{"name":"a","image":"2"}]""" },
        { "other fields stay", """[{"name":"a","image":"1","tty":true}]""",
            """{"containers":[{"name":"a","image":"2"}]}""", """[{"name":"a","image":"2","tty":true}]""" },
        { "null removes a field", """[{"name":"a","image":"1"}]""", """{"containers":[{"name":"a","image":null}]}""",
            """[{"name":"a"}]""" },
        { "a new element comes first, as in the reference", """[{"name":"a"}]""", """{"containers":[{"name":"b"}]}""",
            """[{"name":"b"},{"name":"a"}]""" },
        { "an element is deleted", """[{"name":"a"},{"name":"b"}]""",
            """{"containers":[{"name":"a","$patch":"delete"}]}""", """[{"name":"b"}]""" },
        { "deleting what is not there is fine", """[{"name":"a"}]""",
            """{"containers":[{"name":"x","$patch":"delete"}]}""", """[{"name":"a"}]""" },
        { "the list is replaced", """[{"name":"a","tty":true},{"name":"b"}]""",
            """{"containers":[{"$patch":"replace"},{"name":"a"}]}""", """[{"name":"a"}]""" },
        { "an element is replaced", """[{"name":"a","tty":true},{"name":"b"}]""",
            """{"containers":[{"name":"a","$patch":"replace","image":"x"}]}""",
            """[{"name":"a","image":"x"},{"name":"b"}]""" },
        { "merge said aloud", """[{"name":"a","tty":true}]""",
            """{"containers":[{"name":"a","$patch":"merge","image":"x"}]}""",
            """[{"name":"a","tty":true,"image":"x"}]""" },
        { "the order is set", """[{"name":"a"},{"name":"b"}]""",
            """{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}""", """[{"name":"b"},{"name":"a"}]""" },
        { "the order places new ones", """[{"name":"a"}]""",
            """{"$setElementOrder/containers":[{"name":"a"},{"name":"n"}],"containers":[{"name":"n"}]}""",
            """[{"name":"a"},{"name":"n"}]""" },
        { "those the order leaves out keep their place", """[{"name":"s"},{"name":"a"},{"name":"b"}]""",
            """{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}""",
            """[{"name":"s"},{"name":"b"},{"name":"a"}]""" },
        { "the order may name the absent", """[{"name":"a"}]""",
            """{"$setElementOrder/containers":[{"name":"z"},{"name":"a"}]}""", """[{"name":"a"}]""" },
        { "delete within an order", """[{"name":"a"},{"name":"b"}]""",
            """{"$setElementOrder/containers":[{"name":"b"}],"containers":[{"name":"a","$patch":"delete"}]}""",
            """[{"name":"b"}]""" },
        { "nested keyed lists merge", """[{"name":"a","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]}]""",
            """{"containers":[{"name":"a","env":[{"name":"Y","value":"3"}]}]}""",
            """[{"name":"a","env":[{"name":"X","value":"1"},{"name":"Y","value":"3"}]}]""" },
        { "ports merge by number", """[{"name":"a","ports":[{"containerPort":80,"name":"http"}]}]""",
            """{"containers":[{"name":"a","ports":[{"containerPort":80,"protocol":"UDP"}]}]}""",
            """[{"name":"a","ports":[{"containerPort":80,"name":"http","protocol":"UDP"}]}]""" },
        { "lists without key are replaced", """[{"name":"a","args":["1","2"]}]""",
            """{"containers":[{"name":"a","args":["3"]}]}""", """[{"name":"a","args":["3"]}]""" },
        { "directives in what is new are not kept", """[]""",
            """{"containers":[{"name":"a","env":[{"name":"X","$patch":"delete"},{"name":"Y"}],"$setElementOrder/env":[{"name":"Y"}]}]}""",
            """[{"name":"a","env":[{"name":"Y"}]}]""" },
    };

    [Theory, MemberData(nameof(Containers))]
    public void Containers_merge(string why, string before, string patch, string after) =>
        PatchCases.OfPod($$$"""{"spec":{"containers":{{{before}}}}}""", $$$"""{"spec":{{{patch}}}}""")
            .ShouldBe($$$"""{"spec":{"containers":{{{after}}}}}""", why);

    [Theory]
    [InlineData("maps merge", """{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"b":"2"}}}""",
        """{"metadata":{"labels":{"a":"1","b":"2"}}}""")]
    [InlineData("a map is replaced", """{"metadata":{"labels":{"a":"1"}}}""",
        """{"metadata":{"labels":{"$patch":"replace","b":"2"}}}""", """{"metadata":{"labels":{"b":"2"}}}""")]
    [InlineData("a map is emptied", """{"metadata":{"labels":{"a":"1"}}}""",
        """{"metadata":{"labels":{"$patch":"delete"}}}""", """{"metadata":{"labels":{}}}""")]
    [InlineData("null drops a map", """{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":null}}""",
        """{"metadata":{}}""")]
    [InlineData("nulls in what is new are dropped", """{}""", """{"metadata":{"labels":{"a":null,"b":"1"}}}""",
        """{"metadata":{"labels":{"b":"1"}}}""")]
    [InlineData("finalizers are a set", """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"finalizers":["b"]}}""", """{"metadata":{"finalizers":["a","b"]}}""")]
    [InlineData("members leave a set", """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a","z"]}}""", """{"metadata":{"finalizers":["b"]}}""")]
    [InlineData("members leave and join", """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"$setElementOrder/finalizers":["c","b"],"finalizers":["c"]}}""",
        """{"metadata":{"finalizers":["c","b"]}}""")]
    [InlineData("tolerations are one value", """{"spec":{"tolerations":[{"key":"a"}]}}""",
        """{"spec":{"tolerations":[{"key":"b"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""")]
    [InlineData("retainKeys clears the other sources", """{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}""",
        """{"spec":{"volumes":[{"name":"v","$retainKeys":["name","hostPath"],"hostPath":{"path":"/x"}}]}}""",
        """{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/x"}}]}}""")]
    [InlineData("conditions merge by type",
        """{"status":{"conditions":[{"type":"Ready","status":"False","reason":"x"}]}}""",
        """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""",
        """{"status":{"conditions":[{"type":"Ready","status":"True","reason":"x"}]}}""")]
    [InlineData("unknown fields merge as maps", """{"x":{"a":1}}""", """{"x":{"b":[1]}}""",
        """{"x":{"a":1,"b":[1]}}""")]
    public void Fields_merge(string why, string before, string patch, string after) =>
        PatchCases.OfPod(before, patch).ShouldBe(after, why);

    [Fact]
    public void A_strategy_changes_its_type() =>
        PatchCases.OfDeployment(
            """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}""",
            """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""")
            .ShouldBe("""{"spec":{"strategy":{"type":"Recreate"}}}""");

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"nginx","tty":true}]}}""", 400,
        "map: map[image:nginx tty:true] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"containers":["a"]}}""", 400, "expected a map with the merge key name, but found a")]
    [InlineData("""{"spec":{"$patch":"explode"}}""", 422,
        "Unknown patch type: explode: $patch must be merge, replace or delete")]
    [InlineData("""{"spec":{"$retainKeys":["nodeName"],"hostname":"x"}}""", 422,
        "invalid patch format of retainKeys: it must list every field that the patch sets")]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList/finalizers":"a"}}""", 400,
        "invalid patch format of primitive list")]
    [InlineData("""{"spec":{"$setElementOrder/containers":{}}}""", 400, "invalid patch format of setElementOrder list")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"b"}],"containers":[{"name":"a"}]}}""", 400,
        "The order in patch list:\n[map[name:a]]\n doesn't match setElementOrder list:\n[map[name:b]]\n")]
    public void Bad_patches_are_refused(string patch, int code, string message) => Refused.With(code, message,
        () => PatchCases.OfPod("""{"metadata":{"finalizers":["a"]},"spec":{"containers":[{"name":"a"}]}}""", patch));

    [Fact]
    public void A_patch_applied_twice_changes_nothing_more()
    {
        var chance = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var current = RandomTrees.Pod(chance, isPatch: false);
            var patch = JsonTrees.ToBytes(RandomTrees.Pod(chance, isPatch: true));
            var once = Patches.Apply(Pod.Kind, current, Patches.StrategicType, patch);
            var twice = Patches.Apply(Pod.Kind, once, Patches.StrategicType, patch);
            JsonNode.DeepEquals(once, twice).ShouldBeTrue(
                $"round {round}: {JsonTrees.ToText(current)}\n+ {System.Text.Encoding.UTF8.GetString(patch)}\n"
                + $"once  {JsonTrees.ToText(once)}\ntwice {JsonTrees.ToText(twice)}");
            JsonTrees.ToText(once).ShouldNotContain("$patch");
        }
    }
}
