using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;
using Orchestrator.Unit.Tests.Decoding;

namespace Orchestrator.Unit.Tests.Selectors;

public sealed class FieldSelectorTests
{
    private static readonly Kind<Pod> Pods = new("v1", "Pod", "pods")
    {
        Fields = new Dictionary<string, Func<Pod, string>>
        {
            ["spec.nodeName"] = pod => pod.Spec.NodeName ?? "",
            ["status.phase"] = pod => pod.Status.Phase ?? "",
        },
    };

    private static readonly Pod Web = new()
    {
        Metadata = new() { Name = "web", Namespace = "shop" },
        Spec = new() { NodeName = "n,1=x" },
    };

    [Theory]
    [InlineData("", true)]
    [InlineData("metadata.name=web", true)]
    [InlineData("metadata.name==web,metadata.namespace=shop", true)]
    [InlineData("metadata.name!=web", false)]
    [InlineData("metadata.name=db", false)]
    [InlineData(@"spec.nodeName=n\,1\=x", true)]
    [InlineData("spec.nodeName!=", true)]
    [InlineData("status.phase=", true)]
    [InlineData("status.phase!=Failed,status.phase!=Succeeded,", true)]
    public void Selectors_match(string selector, bool expected) =>
        FieldSelectors.Parse(Pods, selector).Matches(Pods, Web).ShouldBe(expected);

    [Theory]
    [InlineData("spec.foo=1", "field label not supported: spec.foo")]
    [InlineData("metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'")]
    [InlineData("metadata.name=a=b", "invalid field selector: unescaped '=' in value: a=b")]
    [InlineData(@"metadata.name=a\b", @"invalid field selector: invalid escape sequence: \b")]
    [InlineData(@"metadata.name=a\", @"invalid field selector: invalid escape sequence: \")]
    public void Bad_selectors_are_refused(string selector, string message) =>
        Refused.With(400, message, () => FieldSelectors.Parse(Pods, selector));

    [Fact]
    public void A_name_can_be_taken_out_of_a_selector()
    {
        FieldSelectors.Parse(Pods, "status.phase=Running,metadata.name=web").RequiredValue("metadata.name")
            .ShouldBe("web");
        FieldSelectors.Parse(Pods, "metadata.name!=web").RequiredValue("metadata.name").ShouldBeNull();
    }

    [Fact]
    public void Requirements_print_what_they_were_read_from() =>
        string.Join(',', FieldSelectors.Parse(Pods, @"spec.nodeName=n\,1\=x,status.phase!=Failed"))
            .ShouldBe(@"spec.nodeName=n\,1\=x,status.phase!=Failed");
}
