using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;
using Orchestrator.Unit.Tests.Decoding;

namespace Orchestrator.Unit.Tests.Selectors;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Labels =
        new() { ["app"] = "web", ["tier"] = "a", ["n"] = "5", ["e"] = "" };

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web", true)]
    [InlineData(" app = web , tier = a ", true)]
    [InlineData("app=db", false)]
    [InlineData("app!=db", true)]
    [InlineData("none!=x", true)]
    [InlineData("app!=web", false)]
    [InlineData("tier in (a,b)", true)]
    [InlineData("tier in (b)", false)]
    [InlineData("none in (a)", false)]
    [InlineData("tier notin (b,c)", true)]
    [InlineData("tier notin (a)", false)]
    [InlineData("none notin (a)", true)]
    [InlineData("app", true)]
    [InlineData("none", false)]
    [InlineData("!none", true)]
    [InlineData("!app", false)]
    [InlineData("! none,app", true)]
    [InlineData("n>4", true)]
    [InlineData("n<5", false)]
    [InlineData("app>4", false)]
    [InlineData("e=", true)]
    [InlineData("e in (,x)", true)]
    [InlineData("in in (a)", false)]
    [InlineData("app=web,!tier", false)]
    public void Selectors_match(string selector, bool expected) =>
        LabelSelectors.Parse(selector).Matches(Labels).ShouldBe(expected);

    [Theory]
    [InlineData("tier in (b,a), app==web", "app=web,tier in (a,b)")]
    [InlineData("!x,y,a!=b,z notin (q)", "a!=b,!x,y,z notin (q)")]
    [InlineData("n>4", "n>4")]
    public void Selectors_print_as_clients_write_them(string selector, string expected)
    {
        LabelSelectors.Format(LabelSelectors.Parse(selector)).ShouldBe(expected);
        LabelSelectors.Format(LabelSelectors.Parse(expected)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("a=b=c", "unable to parse requirement: found '=', expected: ',' or 'end of string'")]
    [InlineData("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")]
    [InlineData("a in x", "unable to parse requirement: found 'x' expected: '('")]
    [InlineData("a in (x", "unable to parse requirement: found '', expected: ',' or ')'")]
    [InlineData("a,", "unable to parse requirement: found '', expected: identifier after ','")]
    [InlineData("=a", "unable to parse requirement: found '=', expected: !, identifier, or 'end of string'")]
    [InlineData("a=(", "unable to parse requirement: found '(', expected: identifier")]
    public void Bad_selectors_are_refused(string selector, string message) =>
        Refused.With(400, message, () => LabelSelectors.Parse(selector));

    [Theory]
    [InlineData("-a=b", "unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of")]
    [InlineData("/a=b", "unable to parse requirement: <nil>: Invalid value: \"/a\": prefix part must be non-empty")]
    [InlineData("a=b!!", "unable to parse requirement")]
    [InlineData("a=-b", "unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must be")]
    [InlineData("a>b", "unable to parse requirement: values[0][a]: Invalid value: \"b\": for 'Gt', 'Lt' operators")]
    [InlineData("!(", "unable to parse requirement: found '(', expected: identifier")]
    public void Bad_keys_and_values_are_refused(string selector, string start)
    {
        var refusal = Refused.By(() => LabelSelectors.Parse(selector));
        refusal.Code.ShouldBe(400);
        refusal.Message.ShouldStartWith(start);
    }

    [Fact]
    public void Random_text_is_read_or_refused()
    {
        var chance = new Random(5);
        const string letters = "ab =!,()<>inot./-";
        for (var round = 0; round < 20_000; round++)
        {
            var text =
                new string([.. Enumerable.Range(0, chance.Next(14)).Select(_ => letters[chance.Next(letters.Length)])]);
            try
            {
                var requirements = LabelSelectors.Parse(text);
                LabelSelectors.Parse(LabelSelectors.Format(requirements)).ShouldBe(requirements, text);
            }
            catch (ApiException e)
            {
                e.Code.ShouldBe(400, text);
            }
        }
    }

    [Fact]
    public void Selectors_of_specs_match_and_print()
    {
        var selector = new LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["app"] = "web" },
            MatchExpressions =
            [
                new() { Key = "tier", Operator = "In", Values = ["b", "a"] },
                new() { Key = "gone", Operator = "DoesNotExist" },
            ],
        };
        LabelSelectors.Format(selector).ShouldBe("app=web,!gone,tier in (a,b)");
        LabelSelectors.Matches(selector, Labels).ShouldBeTrue();
        LabelSelectors.Matches(selector, new Dictionary<string, string>(Labels) { ["gone"] = "" }).ShouldBeFalse();
        LabelSelectors.Matches(selector, new Dictionary<string, string> { ["tier"] = "a" }).ShouldBeFalse();
        LabelSelectors.Requirements(selector).Matches(Labels).ShouldBeTrue();
    }

    [Fact]
    public void No_selector_matches_nothing_and_an_empty_one_everything()
    {
        LabelSelectors.Matches((LabelSelector?)null, Labels).ShouldBeFalse();
        LabelSelectors.Matches(new LabelSelector(), Labels).ShouldBeTrue();
        LabelSelectors.Shown(null).ShouldBe("<none>");
        LabelSelectors.Shown(new LabelSelector()).ShouldBe("<none>");
        LabelSelectors.Format(new LabelSelector()).ShouldBe("");
    }

    [Fact]
    public void An_unknown_operator_is_refused() => Refused.With(400, "\"Has\" is not a valid label selector operator",
        () => LabelSelectors.Requirements(new() { MatchExpressions = [new() { Key = "a", Operator = "Has" }] }));
}
