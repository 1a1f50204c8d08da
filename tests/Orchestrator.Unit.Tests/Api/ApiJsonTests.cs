using System.Text;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class ApiJsonTests
{
    public static TheoryData<string, string, string, string> Written => new()
    {
        // why | edit | path | JSON at that path afterwards
        { "an empty string is left out", "spec.nodeName=\"\"", "spec.nodeName", "" },
        { "an empty string of a required field stays", "spec.containers[0].name=\"\"",
            "spec.containers[0].name", "\"\"" },
        { "an empty list is left out", "spec.tolerations=[]", "spec.tolerations", "" },
        { "an empty map is left out", "metadata.labels={}", "metadata.labels", "" },
        { "a null list is an empty one", "spec.volumes=null", "spec.volumes", "" },
        { "an unknown field is dropped", "spec.nonsense=1", "spec.nonsense", "" },
        { "a false flag is left out", "spec.hostNetwork=false", "spec.hostNetwork", "" },
        { "a false flag with three states stays", "spec.enableServiceLinks=false", "spec.enableServiceLinks", "false" },
        { "a zero with three states stays", "spec.terminationGracePeriodSeconds=0",
            "spec.terminationGracePeriodSeconds", "0" },
        { "a required zero stays", "spec.containers[0].ports[0].containerPort=0",
            "spec.containers[0].ports[0].containerPort", "0" },
        { "an empty object stays", "spec.securityContext={}", "spec.securityContext", "{}" },
        { "an empty string with three states stays", "spec.volumes[0].hostPath={\"path\":\"/x\",\"type\":\"\"}",
            "spec.volumes[0].hostPath.type", "\"\"" },
        { "times have seconds in UTC", "metadata.creationTimestamp=\"2026-01-02T04:04:05.678+01:00\"",
            "metadata.creationTimestamp", "\"2026-01-02T03:04:05Z\"" },
        { "amounts are canonical", "spec.containers[0].resources.limits.cpu=\"1000m\"",
            "spec.containers[0].resources.limits.cpu", "\"1\"" },
        { "amounts may be numbers", "spec.containers[0].resources.limits.cpu=2",
            "spec.containers[0].resources.limits.cpu", "\"2\"" },
        { "a port number stays a number", "spec.containers[0].livenessProbe.httpGet.port=80",
            "spec.containers[0].livenessProbe.httpGet.port", "80" },
        { "a port name stays a name", "spec.containers[0].livenessProbe.httpGet.port=\"http\"",
            "spec.containers[0].livenessProbe.httpGet.port", "\"http\"" },
        { "maps are written in the order of their keys", "metadata.labels={\"b\":\"1\",\"a\":\"2\"}", "metadata.labels",
            "{\"a\":\"2\",\"b\":\"1\"}" },
        { "restart counts are always there", "status.containerStatuses[0].name=\"main\"",
            "status.containerStatuses[0].restartCount", "0" },
        { "image ids are always there, for clients insist", "status.containerStatuses[0].name=\"main\"",
            "status.containerStatuses[0].imageID", "\"\"" },
    };

    [Theory, MemberData(nameof(Written))]
    public void Fields_are_written_as_the_reference_writes_them(
        string why, string edit, string path, string expected) =>
        Given.At(Given.RawPod(edit), path).ShouldBe(expected, why);

    [Fact]
    public void Equal_maps_in_another_order_are_the_same() =>
        ApiJson.AreSame(
            Given.RawPod("metadata.labels={\"b\":\"1\",\"a\":\"2\"}").Metadata,
            Given.RawPod("metadata.labels={\"a\":\"2\",\"b\":\"1\"}").Metadata).ShouldBeTrue();

    [Fact]
    public void Two_objects_are_the_same_when_and_only_when_they_are_written_the_same()
    {
        string[] more = ["spec.hostNetwork=true", "metadata.labels={\"a\":\"2\"}", "spec.containers[0].image=\"other\"",
            "metadata.creationTimestamp=\"2026-01-02T03:04:05Z\"",
            "status.conditions=[{\"type\":\"Ready\",\"status\":\"True\"}]",
            "status.conditions=[{\"type\":\"Ready\",\"status\":\"False\"}]", "spec.tolerations=[{\"key\":\"a\"}]"];
        var pods = Written.Select(row => (string)((object[])row)[1]).Concat(more).Select(edit => Given.RawPod(edit))
            .ToList();
        foreach (var left in pods)
        {
            foreach (var right in pods)
            {
                var isWrittenSame = ApiJson.Write(left).AsSpan().SequenceEqual(ApiJson.Write(right));
                ApiJson.AreSame(left, right).ShouldBe(isWrittenSame, $"{Given.Json(left)} {Given.Json(right)}");
            }
        }
    }

    [Fact]
    public void What_was_written_reads_back_the_same()
    {
        var pod = Given.Pod("spec.volumes[0]={\"name\":\"a\",\"configMap\":{\"name\":\"c\"}}",
            "metadata.labels={\"a\":\"b\"}");
        var again = ApiJson.Read(Pod.Kind, ApiJson.Write(pod));
        Given.Json(again).ShouldBe(Given.Json(pod));
    }

    [Fact]
    public void An_immutable_map_in_another_order_is_unchanged() =>
        Given.Errors(
            Given.Of<ConfigMap>(ConfigMap.Kind, "data={\"b\":\"1\",\"a\":\"2\"}", "immutable=true"),
            Given.Of<ConfigMap>(ConfigMap.Kind, "data={\"a\":\"2\",\"b\":\"1\"}", "immutable=true")).ShouldBe("");

    [Fact]
    public void Secret_bytes_are_base64() =>
        Given.At(Given.Of<Secret>(Secret.Kind, "data.k=\"aGk=\""), "data.k").ShouldBe("\"aGk=\"");

    [Theory]
    [InlineData("""{"data":{"k":"no base64!"}}""")]
    [InlineData("""{"data":["k"]}""")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""")]
    public void Values_of_the_wrong_sort_are_json_errors(string json) =>
        Should.Throw<JsonException>(() => ApiJson.Read(Secret.Kind, Encoding.UTF8.GetBytes(json)));
}
