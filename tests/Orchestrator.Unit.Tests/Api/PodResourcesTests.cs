using Orchestrator.Api.Core.V1;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class PodResourcesTests
{
    public static TheoryData<string, string[], string> Requests => new()
    {
        // why | containers as name:cpu (i = init, s = sidecar) | effective request
        { "containers add up", ["c:100m", "c:200m"], "300m" },
        { "an init that needs less does not count", ["c:300m", "i:200m"], "300m" },
        { "an init that needs more decides", ["c:100m", "i:200m"], "200m" },
        { "inits run one by one", ["c:100m", "i:200m", "i:250m"], "250m" },
        { "a sidecar runs beside the containers", ["c:100m", "s:50m"], "150m" },
        { "a sidecar runs beside the inits after it", ["c:100m", "s:50m", "i:200m"], "250m" },
        { "but not beside those before it", ["c:100m", "i:140m", "s:50m"], "150m" },
    };

    [Theory, MemberData(nameof(Requests))]
    public void The_pod_asks_for_the_most_it_ever_needs(string why, string[] containers, string expected)
    {
        var edits = new List<string>();
        var (main, init) = (0, 0);
        foreach (var text in containers)
        {
            var (sort, cpu) = (text[0], text[2..]);
            var at = sort == 'c' ? $"spec.containers[{main++}]" : $"spec.initContainers[{init++}]";
            var policy = sort == 's' ? ",\"restartPolicy\":\"Always\"" : "";
            edits.Add($"{at}={{\"name\":\"x\",\"resources\":{{\"requests\":{{\"cpu\":\"{cpu}\"}}}}{policy}}}");
        }
        PodResources.Requests(Given.RawPod(edits))["cpu"].ToString().ShouldBe(expected, why);
    }

    [Fact]
    public void Overhead_is_added_on_top() =>
        PodResources.Requests(Given.RawPod("spec.overhead={\"cpu\":\"10m\"}",
            "spec.containers[0].resources.requests.cpu=\"100m\""))["cpu"]
            .ToString().ShouldBe("110m");

    public static TheoryData<string, string, string> Classes => new()
    {
        { "nothing asked", "spec.x=1", "BestEffort" },
        { "zero is nothing", "spec.containers[0].resources.requests.cpu=\"0\"", "BestEffort" },
        { "a request", "spec.containers[0].resources.requests.cpu=\"1\"", "Burstable" },
        { "limits alone are requests", "spec.containers[0].resources.limits={\"cpu\":\"1\",\"memory\":\"1Gi\"}",
            "Guaranteed" },
        { "one limit is not enough", "spec.containers[0].resources.limits={\"cpu\":\"1\"}", "Burstable" },
        { "a smaller request",
            "spec.containers[0].resources={\"limits\":{\"cpu\":\"1\",\"memory\":\"1Gi\"},\"requests\":{\"cpu\":\"500m\"}}",
            "Burstable" },
        { "other resources do not count", "spec.containers[0].resources.requests={\"ephemeral-storage\":\"1Gi\"}",
            "BestEffort" },
    };

    [Theory, MemberData(nameof(Classes))]
    public void The_class_of_service_follows(string why, string edit, string expected) =>
        Given.Pod(edit).Status.QosClass.ShouldBe(expected, why);

    [Fact]
    public void An_init_container_without_limits_spoils_the_guarantee() =>
        Given.Pod("spec.containers[0].resources.limits={\"cpu\":\"1\",\"memory\":\"1Gi\"}",
            "spec.initContainers=[{\"name\":\"i\",\"image\":\"a\"}]")
            .Status.QosClass.ShouldBe("Burstable");
}
