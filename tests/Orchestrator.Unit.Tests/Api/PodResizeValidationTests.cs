using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class PodResizeValidationTests
{
    private const string Part = "resize";
    private const string C = "spec.containers[0].";
    private const string R = C + "resources=";

    private static readonly string[] Burstable =
    [
        R + "{\"requests\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"},\"limits\":{\"cpu\":\"200m\",\"memory\":\"128Mi\"}}",
        "spec.initContainers=[{\"name\":\"i\",\"image\":\"a\"},"
            + "{\"name\":\"s\",\"image\":\"a\",\"restartPolicy\":\"Always\",\"resources\":{\"requests\":{\"cpu\":\"10m\"}}}]",
    ];

    public static TheoryData<string, string, string> Cases => new()
    {
        // why | edit of a burstable pod | the error
        { "cpu and memory may change", C + "resources.requests.cpu=\"150m\"", "" },
        { "limits may", C + "resources.limits={\"cpu\":\"300m\",\"memory\":\"64Mi\"}", "" },
        { "those of a sidecar may", "spec.initContainers[1].resources.requests.cpu=\"20m\"", "" },
        { "the policy may", C + "resizePolicy=[{\"resourceName\":\"cpu\",\"restartPolicy\":\"NotRequired\"}]", "" },
        { "the image is not asked", C + "image=\"other\"", "" },
        { "nor a label", "metadata.labels={\"a\":\"b\"}", "" },
        { "nor an added volume", "spec.volumes=[{\"name\":\"v\",\"emptyDir\":{}}]", "" },
        { "not above the limit", C + "resources.requests.cpu=\"300m\"",
            "spec.containers[0].resources.requests: Invalid value: \"300m\": must be less than or equal to cpu limit of 200m" },
        { "not the class of service",
            R + "{\"requests\":{\"cpu\":\"0\",\"memory\":\"0\"},\"limits\":{\"cpu\":\"0\",\"memory\":\"0\"}}",
            "" },
        { "requests stay", R + "{\"requests\":{\"cpu\":\"100m\"},\"limits\":{\"cpu\":\"200m\",\"memory\":\"128Mi\"}}",
            "" },
        { "limits stay", R + "{\"requests\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"},\"limits\":{\"cpu\":\"200m\"}}",
            "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed" },
        { "nothing but cpu and memory", C + "resources.requests.ephemeral-storage=\"1Gi\"",
            "spec: Forbidden: only cpu and memory resources are mutable" },
        { "nothing else of a sidecar", "spec.initContainers[1].resources.requests.ephemeral-storage=\"1Gi\"",
            "spec: Forbidden: only cpu and memory resources for sidecar containers are mutable" },
        { "nothing of an init container", "spec.initContainers[0].resources.requests.cpu=\"1m\"",
            "spec: Forbidden: resources for non-sidecar init containers are immutable" },
        { "none may come", "spec.containers[1]={\"name\":\"b\",\"image\":\"a\"}",
            "spec.containers: Forbidden: containers may not be added or removed on resize" },
        { "none may be renamed", C + "name=\"other\"",
            "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize" },
        { "nor go", "spec.initContainers=[]",
            "spec.initContainers: Forbidden: initContainers may not be added or removed on resize" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void B49_only_cpu_and_memory_may_change(string why, string edit, string expected)
    {
        var stored = Given.Pod(Burstable);
        if (why is "not the class of service")
        {
            Errors(stored, Given.RawPod([.. Burstable, edit,
                "spec.initContainers[1].resources.requests.cpu=\"0\""])).ShouldContain(
                "spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing");
        }
        else if (why is "requests stay")
        {
            // A limit stands in for a request that is left out, so this one only grows.
            Next(stored, Given.RawPod([.. Burstable, edit])).Spec.Containers[0].Resources!.Requests["memory"].ToString()
                .ShouldBe("128Mi", why);
        }
        else Errors(stored, Given.RawPod([.. Burstable, edit])).ShouldBe(expected, why);
    }

    [Fact]
    public void B49_a_request_without_a_limit_stays()
    {
        var stored = Given.Pod(R + "{\"requests\":{\"cpu\":\"100m\",\"memory\":\"64Mi\"}}");
        Errors(stored, Given.RawPod(R + "{\"requests\":{\"cpu\":\"100m\"}}"))
            .ShouldBe("spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed");
    }

    [Fact]
    public void B49_pods_of_the_node_itself_and_of_windows_stay_as_they_are()
    {
        var mirror = Given.Pod([.. Burstable, "metadata.annotations={\"kubernetes.io/config.mirror\":\"x\"}"]);
        Errors(mirror, mirror).ShouldBe(": Forbidden: static pods cannot be resized");
        var windows = Given.Pod([.. Burstable, "spec.os={\"name\":\"windows\"}"]);
        Errors(windows, windows).ShouldBe(": Forbidden: windows pods cannot be resized");
        var whole = Given.Pod([.. Burstable, "spec.resources={\"requests\":{\"cpu\":\"1\"}}"]);
        Errors(whole, whole).ShouldBe(": Forbidden: pods with pod-level resources cannot be resized");
    }

    [Fact]
    public void B49_a_policy_of_restarts_needs_a_pod_that_restarts() =>
        Given.Errors(Given.Pod("spec.restartPolicy=\"Never\"",
            C + "resizePolicy=[{\"resourceName\":\"cpu\",\"restartPolicy\":\"RestartContainer\"}]"))
            .ShouldBe("spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' "
                + "when `restartPolicy` is 'Never'");

    [Fact]
    public void B22_resources_change_by_resize_alone() =>
        Given.Errors(Given.Pod([.. Burstable, C + "resources.requests.cpu=\"150m\""]), Given.Pod(Burstable))
            .ShouldEndWith("changed: spec.containers");

    // why | spec's request | allocated | given | condition | what the scheduler counts with
    public static TheoryData<string, string, string, string, string, string> Counts => new()
    {
        { "at rest", "100m", "100m", "100m", "", "100m" },
        { "asked for more", "200m", "100m", "100m", "", "200m" },
        { "asked for less", "50m", "100m", "100m", "", "100m" },
        { "waiting", "200m", "100m", "100m", "PodResizePending/Deferred", "200m" },
        { "never to be", "9", "100m", "120m", "PodResizePending/Infeasible", "120m" },
        { "on its way down", "50m", "50m", "100m", "PodResizeInProgress/", "100m" },
    };

    [Theory, MemberData(nameof(Counts))]
    public void B49_the_scheduler_counts_the_most_of_asked_promised_and_given(
        string why, string asked, string promised, string given, string condition, string expected)
    {
        var pod = Given.Pod($"{C}resources.requests.cpu=\"{asked}\"");
        pod = pod with
        {
            Metadata = pod.Metadata with { Generation = 2 },
            Status = pod.Status with
            {
                ContainerStatuses =
                [
                    new()
                    {
                        Name = "main",
                        AllocatedResources = Cpu(promised),
                        Resources = new() { Requests = Cpu(given) },
                    },
                ],
                Conditions = condition.Length == 0 ? []
                    : [new() { Type = condition.Split('/')[0], Status = "True", Reason = condition.Split('/')[1] }],
            },
        };
        PodResources.Requests(pod)["cpu"].ToString().ShouldBe(expected, why);
    }

    private static Dictionary<string, Quantity> Cpu(string amount) => new() { ["cpu"] = Quantity.Parse(amount) };

    private static Pod Next(Pod stored, Pod sent) =>
        (Pod)Pod.Kind.Defaulted(Pod.Kind.PreparedForPart(sent, stored, Part));

    private static string Errors(Pod stored, Pod sent) =>
        string.Join("\n", Pod.Kind.CheckPart(Next(stored, sent), stored, Part));
}
