using System.Text;
using Orchestrator.Api.Decoding;

namespace Orchestrator.Unit.Tests.Decoding;

public sealed class YamlTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: \"true\"", """{"a":"true"}""")]
    [InlineData("a: true\nb: False", """{"a":true,"b":false}""")]
    [InlineData("a: yes", """{"a":"yes"}""")]
    [InlineData("a: null\nb: ~\nc:", """{"a":null,"b":null,"c":null}""")]
    [InlineData("mode: 0644", """{"mode":420}""")]
    [InlineData("mode: 0o644", """{"mode":420}""")]
    [InlineData("mode: 0x1f", """{"mode":31}""")]
    [InlineData("a: 1.50\nb: .5\nc: 1e3\nd: -7\ne: +7", """{"a":1.50,"b":0.5,"c":1e3,"d":-7,"e":7}""")]
    [InlineData("a: 1.2.3\nb: 100m\nc: 1Gi\nd: 12:30", """{"a":"1.2.3","b":"100m","c":"1Gi","d":"12:30"}""")]
    [InlineData("a: 2026-01-02T03:04:05Z", """{"a":"2026-01-02T03:04:05Z"}""")]
    [InlineData("a: !!str 12", """{"a":"12"}""")]
    [InlineData("1: x\ntrue: y", """{"1":"x","true":"y"}""")]
    [InlineData("a: |\n  x\n  y\n", """{"a":"x\ny\n"}""")]
    [InlineData("- a\n- [1, {b: c}]", """["a",[1,{"b":"c"}]]""")]
    [InlineData("---\na: 1\n---\n", """{"a":1}""")]
    [InlineData("", "null")]
    [InlineData("# nothing\n", "null")]
    [InlineData("""{"a": {"b": [1, "2"]}}""", """{"a":{"b":[1,"2"]}}""")]
    [InlineData("a: 1\na: 2", """{"a":1,"a":2}""")]
    [InlineData("x: &l {a: 1, b: 2}\ny: *l", """{"x":{"a":1,"b":2},"y":{"a":1,"b":2}}""")]
    [InlineData("x: &l {a: 1, b: 2}\ny: {<<: *l, b: 3}", """{"x":{"a":1,"b":2},"y":{"a":1,"b":3}}""")]
    [InlineData("a: 123456789012345678901234567890", """{"a":123456789012345678901234567890}""")]
    public void Yaml_becomes_json(string yaml, string json) => Text(yaml).ShouldBe(json);

    [Theory]
    [InlineData("a: 1\n---\nb: 2", "several documents")]
    [InlineData("a: [1", "error converting YAML to JSON: yaml: line")]
    [InlineData("a: *nothing", "anchor")]
    [InlineData("a: &x [*x]", "anchor")]
    [InlineData("? [a]\n: b", "a key must be a plain value")]
    [InlineData("a: .nan", "has no place in JSON")]
    [InlineData("a: &x 1\nb: {<<: *x}", "map merge requires a map")]
    public void What_cannot_become_json_is_refused(string yaml, string part)
    {
        var refusal = Refused.By(() => Text(yaml));
        refusal.Code.ShouldBe(400);
        refusal.Message.ShouldContain(part);
    }

    [Fact]
    public void Alias_bombs_are_refused()
    {
        var yaml = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
            yaml.Append($"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 10))}]\n");
        Refused.By(() => Text(yaml.ToString())).Message.ShouldContain("document contains excessive aliasing");
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Refused.By(() => Text(new string('[', 3000))).Code.ShouldBe(400);
        var nested = new StringBuilder("a0: &a0 [[[[x]]]]\n");
        for (var i = 1; i < 30; i++) nested.Append($"a{i}: &a{i} [[[[*a{i - 1}]]]]\n");
        Refused.By(() => Text(nested.ToString())).Message.ShouldContain("nested deeper");
    }

    [Fact]
    public void Mutated_yaml_is_read_or_refused()
    {
        var source =
            "apiVersion: v1\nkind: Pod\nmetadata: &m {name: a, labels: {x: \"1\"}}\nspec:\n  containers:\n  - name: c\n"
            + "    args: [\"a\", 'b', 0x1, 1e5, ~]\n  other: *m\n  <<: *m\n  text: |\n    hello\n";
        var chance = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            var yaml = Bodies.Mutated(Encoding.UTF8.GetBytes(source), chance);
            try
            {
                Yaml.ToJson(yaml);
            }
            catch (Exception e) when (e is not Orchestrator.Api.Meta.ApiException)
            {
                Assert.Fail($"round {round}: {e}\n{Encoding.UTF8.GetString(yaml)}");
            }
            catch (Orchestrator.Api.Meta.ApiException e)
            {
                e.Code.ShouldBe(400);
            }
        }
    }

    private static string Text(string yaml) => Encoding.UTF8.GetString(Yaml.ToJson(Encoding.UTF8.GetBytes(yaml)));
}
