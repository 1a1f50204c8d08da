using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Cluster.Tests;

/// <summary>Pods and claims keep to the LimitRanges of their namespace.</summary>
public sealed class LimitRangeTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task A_pod_gets_what_it_lacks_and_its_class_follows()
    {
        await Range("given", new LimitRangeItem
        {
            Type = "Container",
            Default = Amounts("cpu=200m memory=64Mi"),
            DefaultRequest = Amounts("cpu=200m memory=64Mi"),
        });
        var pod = await World.Create(Given.Pod("p", "given"));
        var resources = pod.Spec.Containers[0].Resources!;
        Assert.Equal(("200m", "64Mi"), ($"{resources.Requests["cpu"]}", $"{resources.Limits["memory"]}"));
        Assert.Equal("Guaranteed", pod.Status.QosClass);
        Assert.Equal("LimitRanger plugin set: cpu, memory request for container main; "
            + "cpu, memory limit for container main", pod.Metadata.Annotations["kubernetes.io/limit-ranger"]);
    }

    [Fact]
    public async Task What_a_container_limits_it_asks_for_before_the_range_has_a_say()
    {
        await Range("said", new LimitRangeItem { Type = "Container", DefaultRequest = Amounts("cpu=100m") });
        var pod = await World.Create(Given.Pod("p", "said").With(spec => spec with
        {
            Containers = [spec.Containers[0] with { Resources = new() { Limits = Amounts("cpu=700m") } }],
        }));
        Assert.Equal("700m", $"{pod.Spec.Containers[0].Resources!.Requests["cpu"]}");
    }

    [Fact]
    public async Task A_pod_outside_of_the_range_is_refused()
    {
        await Range(
            "held", new LimitRangeItem { Type = "Container", Max = Amounts("cpu=1"), Min = Amounts("cpu=100m") });
        var pod = Given.Pod("p", "held").With(spec => spec with
        {
            Containers = [spec.Containers[0] with { Resources = new() { Limits = Amounts("cpu=2") } }],
        });
        var refusal = await Refused.With(403, "Forbidden", () => World.Create(pod));
        Assert.Equal("pods \"p\" is forbidden: maximum cpu usage per Container is 1, but limit is 2", refusal.Message);
        Assert.Null(World.Find(pod));
    }

    [Fact]
    public async Task B49_a_pod_is_not_resized_beyond_the_range()
    {
        await Range("sizes", new LimitRangeItem { Type = "Container", Max = Amounts("cpu=1") });
        var pod = await World.Create(Sized(Given.Pod("p", "sizes"), "cpu=500m"));
        var refusal = await Refused.With(
            403, "Forbidden", () => World.Update(Sized(World.Fresh(pod), "cpu=2"), "resize"));
        Assert.Equal("pods \"p\" is forbidden: maximum cpu usage per Container is 1, but limit is 2", refusal.Message);

        static Pod Sized(Pod pod, string limits) =>
            (pod with { Metadata = pod.Metadata with { ResourceVersion = null } }).With(spec => spec with
            {
                Containers =
                [
                    spec.Containers[0] with
                    {
                        Resources = new() { Limits = Amounts(limits), Requests = Amounts(limits) },
                    },
                ],
            });
    }

    [Fact]
    public async Task A_claim_outside_of_the_range_is_refused_when_made_and_when_grown()
    {
        await Range("claims", new LimitRangeItem
        {
            Type = "PersistentVolumeClaim",
            Min = Amounts("storage=1Gi"),
            Max = Amounts("storage=4Gi"),
        });
        var refusal = await Refused.With(403, "Forbidden", () => World.Create(Claim("small", "512Mi")));
        Assert.Equal("persistentvolumeclaims \"small\" is forbidden: minimum storage usage per PersistentVolumeClaim "
            + "is 1Gi, but request is 512Mi", refusal.Message);
        await World.Create(Claim("fine", "4Gi"));
    }

    private async Task Range(string ns, LimitRangeItem item)
    {
        await World.Create(Given.Namespace(ns));
        await World.Create(new LimitRange
        {
            Metadata = new() { Name = "range", Namespace = ns },
            Spec = new() { Limits = [item] },
        });
    }

    private static PersistentVolumeClaim Claim(string name, string storage) => new()
    {
        Metadata = new() { Name = name, Namespace = "claims" },
        Spec = new()
        {
            AccessModes = ["ReadWriteOnce"],
            Resources = new() { Requests = Amounts($"storage={storage}") },
        },
    };

    private static Dictionary<string, Quantity> Amounts(string text) => text.Split(' ')
        .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Quantity.Parse(pair[1]));
}
