using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Limits;

namespace Orchestrator.Unit.Tests.Limits;

public sealed class LimitDefaultsTests
{
    // why | containers | range | requests of each; limits of each | annotation ("" = none)
    public static TheoryData<string, string, string, string, string> Cases => new()
    {
        { "nothing said, all given", "c", "request.cpu=100m default.cpu=200m", "cpu=100m; cpu=200m",
            "LimitRanger plugin set: cpu request for container c; cpu limit for container c" },
        { "what is said stands", "c:cpu=50m:limits.cpu=1", "request.cpu=100m default.cpu=200m", "cpu=50m; cpu=1", "" },
        { "the rest is given", "c:cpu=50m", "request.cpu=100m request.memory=1Gi default.memory=2Gi",
            "cpu=50m memory=1Gi; memory=2Gi",
            "LimitRanger plugin set: memory request for container c; memory limit for container c" },
        { "several at once, by name", "c", "request.memory=1Gi request.cpu=1", "cpu=1 memory=1Gi; ",
            "LimitRanger plugin set: cpu, memory request for container c" },
        { "init containers as well", "a i-b", "request.cpu=1", "cpu=1;  | cpu=1; ",
            "LimitRanger plugin set: cpu request for container a; cpu request for init container i-b" },
        { "a range without defaults", "c", "max.cpu=1", "; ", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Containers_get_what_they_lack(
        string why, string containers, string range, string expected, string annotation)
    {
        var pod = LimitDefaults.Apply(Sized.Pod(containers), [Sized.Range("Container", range)]);
        var shown = pod.Spec.Containers.Concat(pod.Spec.InitContainers).Select(c => c.Resources ?? new())
            .Select(resources => $"{Sized.Shown(resources.Requests)}; {Sized.Shown(resources.Limits)}");
        string.Join(" | ", shown).ShouldBe(expected, why);
        pod.Metadata.Annotations.GetValueOrDefault(LimitDefaults.Annotation, "").ShouldBe(annotation, why);
    }

    [Fact]
    public void The_first_range_that_speaks_of_a_resource_decides()
    {
        var pod = LimitDefaults.Apply(Sized.Pod("c"),
            [Sized.Range("Container", "request.cpu=1"), Sized.Range("Container", "request.cpu=2 request.memory=1Gi")]);
        Sized.Shown(pod.Spec.Containers[0].Resources!.Requests).ShouldBe("cpu=1 memory=1Gi");
        pod.Metadata.Annotations[LimitDefaults.Annotation]
            .ShouldBe("LimitRanger plugin set: memory request for container c");
    }

    [Fact]
    public void Ranges_of_pods_give_nothing() =>
        LimitDefaults.Apply(Sized.Pod("c"), [Sized.Range("Pod", "max.cpu=1")]).ShouldBe(Sized.Pod("c"),
            PodComparer.Instance);

    private sealed class PodComparer : IEqualityComparer<Pod>
    {
        public static PodComparer Instance { get; } = new();

        public bool Equals(Pod? one, Pod? other) => Api.Meta.ApiJson.AreSame(one!, other!);

        public int GetHashCode(Pod pod) => 0;
    }
}
