using Orchestrator.Api.Core.V1;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>What a pod says of itself as a whole, and the huge pages it may ask for.</summary>
public sealed class PodLevelResourceTests
{
    private const string C = "spec.containers[0].resources=";
    private const string P = "spec.resources=";
    private const string Two = "spec.containers[1]={\"name\":\"b\",\"image\":\"a\",\"resources\":";

    public static TheoryData<string, string[], string> Defaults => new()
    {
        // why | edits | spec.resources as stored
        { "nothing is said", [C + "{\"limits\":{\"cpu\":\"1\"}}"], "" },
        { "requests alone stay alone",
            [P + "{\"requests\":{\"cpu\":\"1\"}}", C + "{\"requests\":{\"memory\":\"1Mi\"}}"],
            "{\"requests\":{\"cpu\":\"1\"}}" },
        { "what no container asks for is asked for up to the limit", [P + "{\"limits\":{\"cpu\":\"2\"}}"],
            "{\"limits\":{\"cpu\":\"2\"},\"requests\":{\"cpu\":\"2\"}}" },
        { "else the containers' sum is", [P + "{\"limits\":{\"cpu\":\"2\"}}", C + "{\"requests\":{\"cpu\":\"500m\"}}",
            Two + "{\"requests\":{\"cpu\":\"1\",\"memory\":\"1Mi\"}}}"],
            "{\"limits\":{\"cpu\":\"2\"},\"requests\":{\"cpu\":\"1500m\",\"memory\":\"1Mi\"}}" },
        { "huge pages of containers are the pod's",
            [P + "{\"limits\":{\"cpu\":\"2\"}}",
                C + "{\"limits\":{\"cpu\":\"1\",\"hugepages-2Mi\":\"4Mi\"}}"],
            "{\"limits\":{\"cpu\":\"2\",\"hugepages-2Mi\":\"4Mi\"},\"requests\":{\"cpu\":\"1\",\"hugepages-2Mi\":\"4Mi\"}}" },
    };

    [Theory, MemberData(nameof(Defaults))]
    public void A11_requests_of_a_pod_are_filled_in(string why, string[] edits, string expected) =>
        Given.At(Given.Pod(edits), "spec.resources").ShouldBe(expected, why);

    public static TheoryData<string, string[], string> Errors => new()
    {
        // why | edits | errors
        { "a pod as a whole",
            [P + "{\"limits\":{\"cpu\":\"1\",\"memory\":\"1Gi\"},\"requests\":{\"cpu\":\"500m\"}}"], "" },
        { "of cpu, memory and huge pages only", [P + "{\"requests\":{\"ephemeral-storage\":\"1Gi\"}}"],
            "spec.resources.requests[ephemeral-storage]: Unsupported value: \"ephemeral-storage\": "
            + "supported values: \"cpu\", \"hugepages-\", \"memory\"" },
        { "requests above limits", [P + "{\"limits\":{\"cpu\":\"1\"},\"requests\":{\"cpu\":\"2\"}}"],
            "spec.resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1" },
        { "requests below those of the containers",
            [P + "{\"requests\":{\"cpu\":\"1\"}}", C + "{\"requests\":{\"cpu\":\"600m\"}}",
                Two + "{\"requests\":{\"cpu\":\"500m\"}}}"],
            "spec.resources.requests[cpu]: Invalid value: \"1\": must be greater than or equal to aggregate container "
            + "requests of 1100m" },
        { "a container that may have more than its pod",
            [P + "{\"limits\":{\"cpu\":\"1\"}}", C + "{\"limits\":{\"cpu\":\"2\"},\"requests\":{\"cpu\":\"1\"}}"],
            "spec.resources.containers[0][cpu].limits: Invalid value: \"2\": must be less than or equal to pod limits of 1" },
        { "an init container that asks for no more than its pod may have",
            [P + "{\"limits\":{\"cpu\":\"1\"}}",
                "spec.initContainers=[{\"name\":\"i\",\"image\":\"i\",\"terminationMessagePolicy\":\"File\","
                + "\"imagePullPolicy\":\"Always\",\"resources\":{\"limits\":{\"cpu\":\"2\"},"
                + "\"requests\":{\"cpu\":\"1\"}}}]"], "" },
        { "containers that together may have more",
            [P + "{\"limits\":{\"cpu\":\"1\"}}", C + "{\"limits\":{\"cpu\":\"1\"},\"requests\":{\"cpu\":\"100m\"}}",
                Two + "{\"limits\":{\"cpu\":\"1\"},\"requests\":{\"cpu\":\"100m\"}}}"], "" },
        { "claims", [P + "{\"claims\":[{\"name\":\"a\"}]}"],
            "spec.resources.claims: Forbidden: claims cannot be set for Resources at pod-level" },
        { "Windows", [P + "{\"limits\":{\"cpu\":\"1\"}}", "spec.os={\"name\":\"windows\"}"],
            "spec.resources: Forbidden: may not be set for a windows pod" },
        { "huge pages without cpu or memory", [C + "{\"limits\":{\"hugepages-2Mi\":\"4Mi\"}}"],
            "spec.containers[0].resources: Forbidden: HugePages require cpu or memory" },
        { "huge pages of several sizes",
            [C + "{\"limits\":{\"hugepages-2Mi\":\"4Mi\",\"hugepages-1Gi\":\"1Gi\",\"memory\":\"1Gi\"}}"], "" },
        { "huge pages cannot be overcommitted",
            [C + "{\"limits\":{\"hugepages-2Mi\":\"4Mi\",\"cpu\":\"1\"},\"requests\":{\"hugepages-2Mi\":\"2Mi\"}}"],
            "spec.containers[0].resources.requests: Invalid value: \"2Mi\": must be equal to hugepages-2Mi limit of 4Mi" },
        { "nor asked for without a limit", [C + "{\"requests\":{\"hugepages-2Mi\":\"2Mi\",\"cpu\":\"1\"}}"],
            "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources" },
        { "nor come in halves", [C + "{\"limits\":{\"hugepages-2Mi\":\"3Mi\",\"cpu\":\"1\"}}"],
            "spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer "
            + "multiple of hugepages-2Mi\n"
            + "spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer "
            + "multiple of hugepages-2Mi" },
    };

    [Theory, MemberData(nameof(Errors))]
    public void A11_resources_of_a_pod_hold_together(string why, string[] edits, string expected) =>
        Given.Errors(Given.Pod(edits)).ShouldBe(expected, why);

    public static TheoryData<string, string[], string> Sums => new()
    {
        // why | edits | requests and limits of cpu, the class of service
        { "the containers' sum", [C + "{\"requests\":{\"cpu\":\"1\"}}"], "1/0 Burstable" },
        { "the pod's own word stands for it",
            [P + "{\"requests\":{\"cpu\":\"2\"},\"limits\":{\"cpu\":\"3\"}}", C + "{\"requests\":{\"cpu\":\"1\"}}"],
            "2/3 Burstable" },
        { "beside the overhead", [P + "{\"requests\":{\"cpu\":\"2\"}}", "spec.overhead={\"cpu\":\"1\"}"],
            "3/1 Burstable" },
        { "a pod that asks for all it may have", [P + "{\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"}}"],
            "2/2 Guaranteed" },
        { "whatever its containers say",
            [P + "{\"limits\":{\"cpu\":\"2\",\"memory\":\"1Gi\"},\"requests\":{\"cpu\":\"2\"}}",
                C + "{\"requests\":{\"cpu\":\"1\"}}"], "2/2 Guaranteed" },
        { "huge pages are no class",
            [P + "{\"limits\":{\"hugepages-2Mi\":\"2Mi\",\"cpu\":\"0\"},\"requests\":{\"cpu\":\"0\"}}"],
            "0/0 BestEffort" },
    };

    [Theory, MemberData(nameof(Sums))]
    public void A11_the_pod_s_word_counts(string why, string[] edits, string expected)
    {
        var pod = Given.Pod(edits);
        var (requests, limits) = (PodResources.Requests(pod.Spec), PodResources.Limits(pod.Spec));
        $"{requests.GetValueOrDefault("cpu")}/{limits.GetValueOrDefault("cpu")} {pod.Status.QosClass}"
            .ShouldBe(expected, why);
    }
}
