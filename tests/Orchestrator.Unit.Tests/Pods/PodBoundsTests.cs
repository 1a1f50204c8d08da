using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>What a pod is bounded to as a whole, and in which pages its volumes are.</summary>
public sealed class PodBoundsTests
{
    // why | containers as requests/limits | pod as requests/limits | processes | bounds, "" for none
    public static TheoryData<string, string, string, long, string> Cases => new()
    {
        { "nothing is said", "/", "", 0, "" },
        { "limits of containers are the containers'", "/cpu=1,memory=1Mi", "", 0, "" },
        { "processes", "cpu=500m/ cpu=250m/", "", 9, "768 0 0 9" },
        { "a pod that asks for nothing weighs next to nothing", "/", "", 9, "2 0 0 9" },
        { "limits of the pod", "/", "cpu=1,memory=1Mi/cpu=1500m,memory=2Mi", 0, "1024 150000 2097152 0" },
        { "what the pod asks for counts, not the sum", "cpu=1/", "cpu=2/cpu=2", 0, "2048 200000 0 0" },
        { "requests alone bound nothing", "/", "cpu=2/", 0, "" },
        { "huge pages add up by size", "/hugepages-2Mi=4Mi,hugepages-1Gi=1Gi /hugepages-2Mi=2Mi", "", 0,
            "2 0 0 0 2097152:6291456 1073741824:1073741824" },
        { "those of the pod stand for the sum", "/hugepages-2Mi=4Mi", "hugepages-2Mi=8Mi/hugepages-2Mi=8Mi", 0,
            "2 0 0 0 2097152:8388608" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A11_a_pod_is_bounded_by(string why, string containers, string pod, long pidsMax, string expected)
    {
        var bounds = PodBounds.Of(Spec(containers, pod), pidsMax);
        var shown = string.Join(' ', (string[])
        [
            $"{bounds.CpuShares} {bounds.CpuQuotaMicros} {bounds.MemoryBytes} {bounds.PidsMax}",
            .. bounds.HugePages.Select(pages => $"{pages.PageBytes}:{pages.LimitBytes}"),
        ]);
        (bounds.IsAny ? shown : "").ShouldBe(expected, why);
    }

    // why | containers | pod | medium | the page, or why not
    public static TheoryData<string, string, string, string, string> Media => new()
    {
        { "the one size there is", "hugepages-2Mi=4Mi/hugepages-2Mi=4Mi", "", "HugePages", "2097152" },
        { "a size that is named", "hugepages-2Mi=4Mi,hugepages-1Gi=1Gi/", "", "HugePages-1Gi", "1073741824" },
        { "also when the pod asks as a whole", "/", "hugepages-1Gi=1Gi/", "HugePages", "1073741824" },
        { "which of several cannot be told", "hugepages-2Mi=4Mi/ hugepages-1Gi=1Gi/", "", "HugePages",
            "medium: HugePages can't be used if container requests multiple huge page sizes" },
        { "nobody asks for any", "cpu=1/", "", "HugePages",
            "medium HugePages: hugePages storage requested, but there is no resource request for huge pages" },
        { "nobody asks for those", "hugepages-2Mi=4Mi/", "", "HugePages-1Gi",
            "medium HugePages-1Gi: hugePages storage requested, but there is no resource request for huge pages" },
        { "no size at all", "hugepages-2Mi=4Mi/", "", "HugePages-big",
            "medium HugePages-big: hugePages storage requested, but there is no resource request for huge pages" },
    };

    [Theory, MemberData(nameof(Media))]
    public void B20_a_volume_in_huge_pages_is_in_those_the_pod_asks_for(
        string why, string containers, string pod, string medium, string expected)
    {
        var (bytes, refusal) = HugePageVolumes.PageOf(Spec(containers, pod), medium);
        (refusal ?? $"{bytes}").ShouldBe(expected, why);
    }

    [Fact]
    public void A11_what_a_container_does_not_limit_its_pod_limits()
    {
        var spec = Spec("/cpu=500m", "/cpu=2,memory=1Mi");
        ContainerLimits.Of(spec, spec.Containers[0]).ShouldBe(new ContainerLimits(512, 50_000, 1 << 20));
        EmptyDirSizes.InMemory(spec, new() { EmptyDir = new() }, Quantity.FromBytes(1 << 30)).ShouldBe(1 << 20);
    }

    private static PodSpec Spec(string containers, string pod) => new()
    {
        Containers = [.. containers.Split(' ').Select(
            (text, index) => new Container { Name = $"c{index}", Resources = Resources(text) })],
        Resources = pod.Length == 0 ? null : Resources(pod),
    };

    private static ResourceRequirements Resources(string text)
    {
        var parts = text.Split('/');
        return new() { Requests = Amounts(parts[0]), Limits = Amounts(parts[1]) };
    }

    private static Dictionary<string, Quantity> Amounts(string text) => text
        .Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('='))
        .ToDictionary(part => part[0], part => Quantity.Parse(part[1]));
}
