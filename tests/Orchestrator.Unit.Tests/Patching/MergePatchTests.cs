using System.Text.Json.Nodes;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Patching;
using Orchestrator.Unit.Tests.Decoding;

namespace Orchestrator.Unit.Tests.Patching;

public sealed class MergePatchTests
{
    // The examples of RFC 7386, those whose outcome is an object.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("""{"a":1}""", """{"a":2,"a":3}""", """{"a":3}""")]
    public void Patches_merge(string current, string patch, string expected) =>
        PatchCases.Patched(Pod.Kind, current, Patches.MergeType, patch).ShouldBe(expected);

    [Fact]
    public void A_merge_patch_is_an_object() =>
        Refused.By(() => PatchCases.Patched(Pod.Kind, "{}", Patches.MergeType, "[]")).Code.ShouldBe(400);

    [Fact]
    public void A_difference_applied_gives_the_other_tree()
    {
        var chance = new Random(42);
        for (var round = 0; round < 2000; round++)
        {
            var (before, after) = (RandomTrees.Object(chance, 4), RandomTrees.Object(chance, 4));
            var patch = MergePatch.Between(before, after);
            var result = MergePatch.Apply(before.DeepClone(), JsonNode.Parse(patch.ToJsonString()));
            JsonNode.DeepEquals(result, after).ShouldBeTrue(
                $"round {round}: {before.ToJsonString()} + {patch.ToJsonString()} gave {result?.ToJsonString()}");
            MergePatch.Between(after, after).Count.ShouldBe(0);
        }
    }

    [Fact]
    public void Random_patches_of_any_type_apply_or_are_refused()
    {
        var chance = new Random(43);
        var source = System.Text.Encoding.UTF8.GetBytes(Bodies.Pod);
        var current = JsonTrees.Parse(source)!;
        string[] types = [Patches.JsonType, Patches.MergeType, Patches.StrategicType];
        for (var round = 0; round < 6000; round++)
        {
            var patch = Bodies.Mutated(source, chance);
            try
            {
                var patched = Patches.Apply(Pod.Kind, current, types[round % 3], patch);
                ObjectDecoder.DecodePatched(Pod.Kind, "web-1", patched, patch, FieldValidation.Strict);
            }
            catch (Exception e) when (e is not Orchestrator.Api.Meta.ApiException)
            {
                Assert.Fail($"round {round}: {e}\n{System.Text.Encoding.UTF8.GetString(patch)}");
            }
            catch (Orchestrator.Api.Meta.ApiException e)
            {
                e.Code.ShouldBeInRange(400, 422);
            }
        }
    }
}
