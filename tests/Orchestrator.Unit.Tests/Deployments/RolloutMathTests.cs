using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Deployments;

namespace Orchestrator.Unit.Tests.Deployments;

public sealed class RolloutMathTests
{
    // why | replicas | surge | unavailable | surge expected | unavailable expected
    public static TheoryData<string, int, string, string, int, int> Bounds => new()
    {
        { "defaults of 3: one more, none fewer", 3, "25%", "25%", 1, 0 },
        { "defaults of 10: surge up, unavailable down", 10, "25%", "25%", 3, 2 },
        { "both zero: one may be unavailable", 5, "0", "0", 0, 1 },
        { "both come to zero by rounding", 3, "0%", "10%", 0, 1 },
        { "unavailable is never more than wanted", 2, "0", "7", 0, 2 },
        { "nothing wanted, nothing unavailable", 0, "1", "1", 1, 0 },
        { "all at once", 4, "100%", "100%", 4, 4 },
    };

    [Theory, MemberData(nameof(Bounds))]
    public void Bounds_are_the_references(
        string why, int replicas, string surge, string unavailable, int more, int fewer)
    {
        var deployment = Given.Deployment("web", replicas, surge: Parse(surge), unavailable: Parse(unavailable));
        RolloutMath.MaxSurge(deployment).ShouldBe(more, why);
        RolloutMath.MaxUnavailable(deployment).ShouldBe(fewer, why);
    }

    [Fact]
    public void Recreate_has_neither()
    {
        var deployment = Given.Deployment("web", 10);
        deployment = deployment with { Spec = deployment.Spec with { Strategy = new() { Type = "Recreate" } } };
        (RolloutMath.MaxSurge(deployment), RolloutMath.MaxUnavailable(deployment)).ShouldBe((0, 0));
    }

    [Fact]
    public void Templates_are_equal_by_what_they_say()
    {
        var template = Given.Template("web", "v1");
        var labelled = template with
        {
            Metadata = template.Metadata with { Labels = Given.Map(("pod-template-hash", "x"), ("app", "web")) },
        };
        TemplateHash.AreEqual(template, labelled).ShouldBeTrue();
        TemplateHash.Of(template, 0).ShouldBe(TemplateHash.Of(labelled, 0));
        TemplateHash.AreEqual(template, Given.Template("web", "v2")).ShouldBeFalse();
        TemplateHash.Of(template, 1).ShouldNotBe(TemplateHash.Of(template, 0));
        var (ab, ba) = (Given.Map(("a", "1"), ("b", "2")), Given.Map(("b", "2"), ("a", "1")));
        TemplateHash.Of(template with { Metadata = new() { Labels = ab } }, 0)
            .ShouldBe(TemplateHash.Of(template with { Metadata = new() { Labels = ba } }, 0));
    }

    private static IntOrString Parse(string text) => int.TryParse(text, out var number) ? number : text;
}
