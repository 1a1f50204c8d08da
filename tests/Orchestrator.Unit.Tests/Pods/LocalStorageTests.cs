using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>What counts to which limit of local storage, and what is said of pods beyond it.</summary>
public sealed class LocalStorageTests
{
    // why | containers and volumes, with their limits | bytes that were measured | message
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "nothing was measured", "a=1Ki", "", "" },
        { "without limits", "a v:empty", "a:9999 v:9999", "" },
        { "the limit itself is no excess", "a=1Ki", "a:1024", "" },
        { "a single container is the pod", "a=1Ki", "a:1025", Pod("1Ki") },
        { "the others have no room of their own", "a=1Ki b", "b:1025", Pod("1Ki") },
        { "limits add up", "a=1Ki b=1Ki", "a:1024 b:1024", "" },
        { "one beyond its own", "a=1Ki b=1Mi", "a:1025", Container("a", "1Ki") },
        { "the first one is named", "a=1Mi b=1Ki c=2Ki", "a:1 b:1025 c:9999", Container("b", "1Ki") },
        { "written as the first one is", "a=1M b=1Mi", "a:3000000", Pod("2048576") },
        { "sums are shortened", "a=512Ki b=1536Ki", "a:9999999", Pod("2Mi") },
        { "less than a byte counts", "a=1500m", "a:2", Pod("1500m") },
        { "no limit is not a limit of nothing", "a=0 b=1Ki", "a:1000", "" },
        { "a limit of nothing allows nothing", "a=0", "a:1", Pod("0") },
        { "volumes count to the pod", "a=1Ki v:empty", "a:512 v:513", Pod("1Ki") },
        { "files of ConfigMaps too", "a=1Ki v:map", "a:512 v:513", Pod("1Ki") },
        { "volumes are not in a container", "a=1Ki b=1Ki v:empty", "a:100 v:1500", "" },
        { "memory does not count", "a=1Ki v:memory", "a:512 v:9999", "" },
        { "nor do Secrets", "a=1Ki v:secret", "a:512 v:9999", "" },
        { "a volume's own limit comes first", "a=1Ki v:empty=1Ki", "a:1025 v:1025", Volume("1Ki") },
        { "also in memory", "a v:memory=1Ki", "v:1025", Volume("1Ki") },
        { "a volume within its own limit", "a=1Ki v:empty=1Mi", "a:1 v:1024", Pod("1Ki") },
        { "init containers raise the pod's", "i:i=4Ki a=1Ki b=1Ki", "i:4096", "" },
        { "and have only that", "i:i=4Ki a=1Ki b=5Ki", "i:4097", "" },
        { "an init container beyond all", "i:i=4Ki a=1Ki", "i:4097", Pod("4Ki") },
        { "sidecars add to the pod's", "s:s=1Ki a=1Ki b=1Ki", "s:3072", "" },
        { "until it is used up", "s:s=1Ki a=1Ki", "s:2049", Pod("2Ki") },
        { "who looks at a pod counts to it", "a=1Ki", "a:512 debugger:513", Pod("1Ki") },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_pod_beyond_a_limit_says_which(string why, string text, string measured, string message)
    {
        var pod = Given(text);
        var usage = Measured(text, measured);
        (LocalStorage.Excess(pod.Spec, usage) ?? "").ShouldBe(message, why);
        if (message.Length > 0) LocalStorage.IsLimited(pod).ShouldBeTrue(why);
    }

    // text | volumes that are measured | containers are measured
    [Theory]
    [InlineData("a", "", false)]
    [InlineData("a v:empty", "", false)]
    [InlineData("a v:empty=1Ki w:empty", "v", false)]
    [InlineData("a v:memory=1Ki", "v", false)]
    [InlineData("a=1Ki v:empty w:memory x:memory=1Ki y:map z:secret", "v y x", true)]
    [InlineData("i:i=1Ki a v:empty", "v", true)]
    public void Only_what_counts_to_a_limit_is_measured(string text, string volumes, bool areContainers)
    {
        var pod = Given(text);
        string.Join(' ', LocalStorage.Counted(pod.Spec).Select(volume => volume.Name)).ShouldBe(volumes);
        LocalStorage.LimitsContainers(pod.Spec).ShouldBe(areContainers);
        LocalStorage.IsLimited(pod).ShouldBe(areContainers || volumes.Length > 0);
    }

    [Fact]
    public void Limits_of_overhead_are_no_limits_of_containers()
    {
        var pod = Given("a");
        var amounts = new Dictionary<string, Quantity> { ["ephemeral-storage"] = Quantity.Parse("1Ki") };
        pod = pod with { Spec = pod.Spec with { Overhead = amounts } };
        LocalStorage.IsLimited(pod).ShouldBeFalse();
        LocalStorage.Excess(pod.Spec, Measured("a", "a:9999")).ShouldBeNull();
    }

    [Theory]
    [InlineData(1_999_999_999, false)]
    [InlineData(2_000_000_000, true)]
    [InlineData(2_000_001_000, true)]
    public void Who_cannot_be_done_without_stays(int priority, bool stays)
    {
        var pod = Given("a=1Ki v:empty=1Ki");
        LocalStorage.IsLimited(pod with { Spec = pod.Spec with { Priority = priority } }).ShouldBe(!stays);
    }

    [Fact]
    public void A_static_pod_stays()
    {
        var pod = Given("a=1Ki");
        var annotations = new Dictionary<string, string>
        {
            [MirrorPods.SourceAnnotation] = MirrorPods.FileSource,
            [MirrorPods.HashAnnotation] = pod.Metadata.Uid!,
        };
        LocalStorage.IsLimited(pod with { Metadata = pod.Metadata with { Annotations = annotations } }).ShouldBeFalse();
    }

    [Fact]
    public void The_pod_fails_with_the_message_and_its_containers_are_stopped()
    {
        var pod = Given("a=1Ki b=1Mi");
        PodObservation Seen(string text, string measured) =>
            SeenText.Observe(pod, text) with { Storage = Measured("a b", measured) };
        var plan = PodReconciler.Plan(pod, Seen("POD0=run a0=run b0=run", "a:2000"), SeenText.Now);
        SeenText.Show(plan).ShouldBe("-a(1) -b(1)");
        (plan.Status.Phase, plan.Status.Reason, plan.Status.Message)
            .ShouldBe(("Running", "Evicted", Container("a", "1Ki")));
        var ended = PodReconciler.Plan(
            pod with { Status = plan.Status }, Seen("POD0=run a0=exit0@0 b0=exit0@0", ""), SeenText.Now);
        SeenText.Show(ended).ShouldBe("-POD0");
        (ended.Status.Phase, ended.Status.Reason, ended.Status.Message)
            .ShouldBe(("Failed", "Evicted", Container("a", "1Ki")));
    }

    private static string Pod(string limit) =>
        $"Pod ephemeral local storage usage exceeds the total limit of containers {limit}. ";

    private static string Container(string name, string limit) =>
        $"Container {name} exceeded its local ephemeral storage limit \"{limit}\". ";

    private static string Volume(string limit) => $"Usage of EmptyDir volume \"v\" exceeds the limit \"{limit}\". ";

    // i: for init, s: for sidecar; v:empty, v:memory, v:map and v:secret for volumes.
    private static Pod Given(string text)
    {
        var words = text.Split(' ').Select(word => word.Split('=')).ToList();
        var volumes = words.Where(IsVolume).Select(word => VolumeOf(word[0].Split(':'), word));
        var containers = words.Where(word => !IsVolume(word)).ToList();
        var pod = SeenText.Pod($"Always: {string.Join(' ', containers.Select(word => word[0]))}");
        var limits = containers.Where(word => word.Length > 1)
            .ToDictionary(word => word[0][(word[0].IndexOf(':') + 1)..], word => Quantity.Parse(word[1]));
        Container Limited(Container container) => limits.TryGetValue(container.Name, out var limit)
            ? container with
            {
                Resources = new() { Limits = new Dictionary<string, Quantity> { ["ephemeral-storage"] = limit } },
            }
            : container;
        return pod with
        {
            Spec = pod.Spec with
            {
                InitContainers = [.. pod.Spec.InitContainers.Select(Limited)],
                Containers = [.. pod.Spec.Containers.Select(Limited)],
                Volumes = [.. volumes],
            },
        };
    }

    private static bool IsVolume(string[] word) =>
        word[0].Contains(':') && word[0].Split(':')[1] is "empty" or "memory" or "map" or "secret";

    private static Volume VolumeOf(string[] named, string[] word) => named[1] switch
    {
        "map" => new() { Name = named[0], ConfigMap = new() { Name = "c" } },
        "secret" => new() { Name = named[0], Secret = new() { SecretName = "s" } },
        var medium => new()
        {
            Name = named[0],
            EmptyDir = new()
            {
                Medium = medium == "memory" ? "Memory" : null,
                SizeLimit = word.Length > 1 ? Quantity.Parse(word[1]) : null,
            },
        },
    };

    private static StorageUsage Measured(string text, string measured)
    {
        var bytes = measured.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split(':'))
            .ToDictionary(word => word[0], word => long.Parse(word[1]));
        var volumes = text.Split(' ').Select(word => word.Split('=')).Where(IsVolume)
            .Select(word => word[0].Split(':')[0]).ToHashSet();
        return new(
            bytes.Where(pair => volumes.Contains(pair.Key)).ToDictionary(),
            bytes.Where(pair => !volumes.Contains(pair.Key)).ToDictionary());
    }
}
