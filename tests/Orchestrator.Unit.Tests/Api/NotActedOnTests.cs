using System.Text.Json;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class NotActedOnTests
{
    public static TheoryData<string, string, string> Cases => new()
    {
        // why | body | places warned of
        { "what is acted on is not warned of",
            """{"spec":{"containers":[{"name":"a","env":[{"name":"A"}]}],"nodeSelector":{"a":"b"}}}""", "" },
        { "each place is named",
            """
            {"spec":{"containers":[{"securityContext":{"windowsOptions":{"a":1}}},{},
            {"securityContext":{"windowsOptions":{"a":1}}}]}}
            """,
            "spec.containers[0].securityContext.windowsOptions spec.containers[2].securityContext.windowsOptions" },
        { "init containers too", """{"spec":{"initContainers":[{"securityContext":{"windowsOptions":{"a":1}}}]}}""",
            "spec.initContainers[0].securityContext.windowsOptions" },
        { "and those put in to look",
            """{"spec":{"ephemeralContainers":[{"securityContext":{"windowsOptions":{"hostProcess":true}}}]}}""",
            "spec.ephemeralContainers[0].securityContext.windowsOptions" },
        { "what is empty is not set",
            """{"spec":{"readinessGates":[],"dnsConfig":{},"priorityClassName":"","setHostnameAsFQDN":false}}""",
            "" },
        { "a value that is honoured", """{"spec":{"dnsPolicy":"ClusterFirst","hostUsers":true}}""", "" },
        { "a value that is not", """{"spec":{"os":{"name":"windows"},"preemptionPolicy":"Never"}}""",
            "spec.os.name spec.preemptionPolicy" },
        { "volumes of other sorts", """{"spec":{"volumes":[{"emptyDir":{}},{"nfs":{"server":"s"}}]}}""",
            "spec.volumes[1].nfs" },
        { "claims that come with the pod are acted on", """{"spec":{"volumes":[{"ephemeral":{"a":1}}]}}""", "" },
        { "a body of another shape is none of our business", """{"spec":{"containers":"x"}}""", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Fields_are_named(string why, string body, string expected) =>
        Places(Pod.Kind, body).ShouldBe(expected, why);

    [Fact]
    public void A_template_has_the_same_list() =>
        Places(Deployment.Kind, """{"spec":{"template":{"spec":{"containers":[{"resources":{"claims":[{"name":"a"}]}}]}}}}""")
            .ShouldBe("spec.template.spec.containers[0].resources.claims");

    [Fact]
    public void The_sentence_says_what_is_so()
    {
        using var body = JsonDocument.Parse("""{"spec":{"priorityClassName":"high"}}""");
        NotActedOnWarnings.Of(Pod.Kind, body.RootElement).ShouldBe(
            ["spec.priorityClassName: known and stored, but not acted on in this release"]);
    }

    [Fact]
    public void A_kind_may_have_a_sentence_of_its_own()
    {
        var kind = new Kind<ConfigMap>("v1", "Thing", "things")
        {
            NotActedOnYet = "Things are kept, but nobody looks at them",
            NotActedOn = ["data"],
        };
        using var body = JsonDocument.Parse("""{"data":{"a":"b"}}""");
        NotActedOnWarnings.Concern(kind).ShouldBeTrue();
        NotActedOnWarnings.Of(kind, body.RootElement).ShouldBe(
            ["Things are kept, but nobody looks at them", "data: known and stored, but not acted on in this release"]);
        NotActedOnWarnings.Concern(ConfigMap.Kind).ShouldBeFalse();
    }

    private static string Places(Kind kind, string body)
    {
        using var json = JsonDocument.Parse(body);
        return string.Join(" ", NotActedOnWarnings.Of(kind, json.RootElement)
            .Select(text => text[..text.IndexOf(':')]));
    }
}
