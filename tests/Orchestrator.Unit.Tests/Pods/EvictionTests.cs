using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>Pods that fill their volumes, and how large volumes in memory are.</summary>
public sealed class EvictionTests
{
    private const string Message = "Usage of EmptyDir volume \"v\" exceeds the limit \"1Ki\". ";

    // why | pod | seen | bytes | actions | phase and reason
    public static TheoryData<string, string, string, long, string, string> Cases => new()
    {
        { "within its limit it goes on", "Always: web", "POD0=run web0=run", 1024, "", "Running " },
        { "beyond it goes", "Always: web", "POD0=run web0=run", 1025, "-web(1)", "Running Evicted" },
        { "and is not restarted", "Always: web", "POD0=run web0=exit0@0", 1025, "-POD0", "Failed Evicted" },
        { "sidecars go last", "Always: s:mesh web", "POD0=run mesh0=run web0=run", 1025, "-web(1)", "Running Evicted" },
        { "a clean end is a failure all the same", "Never: web", "POD0=exit0 web0=exit0", 1025, "", "Failed Evicted" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void B20_A_pod_beyond_its_limit_is_put_out(
        string why, string text, string seen, long bytes, string actions, string outcome)
    {
        var pod = Limited(SeenText.Pod(text));
        var plan = PodReconciler.Plan(pod, Observe(pod, seen, bytes), SeenText.Now);
        SeenText.Show(plan).ShouldBe(actions, why);
        $"{plan.Status.Phase} {plan.Status.Reason}".ShouldBe(outcome, why);
        if (outcome.EndsWith("Evicted")) plan.Status.Message.ShouldBe(Message);
    }

    [Fact]
    public void B20_Who_was_put_out_stays_out_though_the_files_are_gone()
    {
        var pod = Limited(SeenText.Pod("Always: web"));
        var first = PodReconciler.Plan(pod, Observe(pod, "POD0=run web0=run", 4096), SeenText.Now);
        var next = PodReconciler.Plan(
            pod with { Status = first.Status }, Observe(pod, "POD0=run web0=exit0@0", 0), SeenText.Now);
        (next.Status.Phase, next.Status.Reason, next.Status.Message).ShouldBe(("Failed", "Evicted", Message));
        SeenText.Show(next).ShouldBe("-POD0");
    }

    // why | sizeLimit | memory limits of containers, i: for init | allocatable | bytes
    [Theory]
    [InlineData("nothing is known", "0", "0", "0", 0)]
    [InlineData("the node", "0", "0", "1Mi", 1 << 20)]
    [InlineData("its own limit", "1Ki", "0", "1Mi", 1024)]
    [InlineData("the pod's, when every container has one", "1Mi", "1Ki 1Ki", "1Mi", 2048)]
    [InlineData("none of the pod when one has none", "1Mi", "1Ki 0", "2Mi", 1 << 20)]
    [InlineData("an init container that has more", "1Mi", "i:8Ki 1Ki", "1Mi", 8192)]
    public void B20_A_volume_in_memory_gets_the_least_of_the_bounds(
        string why, string limit, string containers, string allocatable, long bytes)
    {
        var volume = new Volume { Name = "v", EmptyDir = new() { Medium = "Memory", SizeLimit = Parse(limit) } };
        var words = containers.Split(' ');
        var spec = new PodSpec
        {
            Volumes = [volume],
            InitContainers = [.. words.Where(word => word.StartsWith("i:")).Select(word => Of(word[2..]))],
            Containers = [.. words.Where(word => !word.StartsWith("i:")).Select(Of)],
        };
        EmptyDirSizes.InMemory(spec, volume, Parse(allocatable)).ShouldBe(bytes, why);

        static Quantity Parse(string text) => Quantity.Parse(text);

        static Container Of(string limit) => new()
        {
            Resources = new() { Limits = new Dictionary<string, Quantity> { ["memory"] = Parse(limit) } },
        };
    }

    // object | mentioned
    [Theory]
    [InlineData("ConfigMap volume", true)]
    [InlineData("ConfigMap projected", true)]
    [InlineData("Secret secret", true)]
    [InlineData("Secret key", true)]
    [InlineData("ConfigMap from", true)]
    [InlineData("Secret volume", false)]
    [InlineData("ConfigMap other", false)]
    public void B18_A_pod_hears_of_the_objects_it_is_made_of(string text, bool isMentioned)
    {
        var spec = new PodSpec
        {
            Volumes =
            [
                new() { Name = "a", ConfigMap = new() { Name = "volume" } },
                new() { Name = "b", Secret = new() { SecretName = "secret" } },
                new()
                {
                    Name = "c", Projected = new() { Sources = [new() { ConfigMap = new() { Name = "projected" } }] },
                },
            ],
            Containers =
            [
                new()
                {
                    EnvFrom = [new() { ConfigMapRef = new() { Name = "from" } }],
                    Env = [new() { Name = "E", ValueFrom = new() { SecretKeyRef = new() { Name = "key" } } }],
                },
            ],
        };
        PodObjects.Mentions(spec, text.Split(' ')[0], text.Split(' ')[1]).ShouldBe(isMentioned);
    }

    private static Pod Limited(Pod pod) => pod with
    {
        Spec = pod.Spec with
        {
            Volumes = [new() { Name = "v", EmptyDir = new() { SizeLimit = Quantity.Parse("1Ki") } }],
        },
    };

    private static PodObservation Observe(Pod pod, string seen, long bytes) =>
        SeenText.Observe(pod, seen) with
        {
            Storage = new(new Dictionary<string, long> { ["v"] = bytes }, Map<long>.Empty),
        };
}
