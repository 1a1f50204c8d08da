using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>Who is killed first when memory runs out, on a machine with 1000 MiB.</summary>
public sealed class OomScoreTests
{
    // why | containers as name:request/limit of memory, s: for a sidecar | whose score | the score
    public static TheoryData<string, string, string, int> Cases => new()
    {
        { "who asks for nothing goes first", "a:0/0", "a", 1000 },
        { "who asks for all it may have goes last", "a:100/100", "a", -997 },
        { "who asks for a tenth", "a:100/0", "a", 900 },
        { "who asks for next to nothing", "a:0/0 b:1/0", "a", 999 },
        { "who asks for it all", "a:1000/0", "a", 3 },
        { "a sidecar no earlier than those it serves", "a:200/0 b:300/0 s:10/0", "s", 800 },
        { "nor later than it asks itself", "a:200/0 s:400/0", "s", 600 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void B25_the_kernel_s_choice_follows_from_requests(string why, string pod, string whose, int expected)
    {
        var all = pod.Split(' ').Select(Container).ToList();
        var spec = new PodSpec
        {
            InitContainers = [.. all.Where(PodResources.IsSidecar)],
            Containers = [.. all.Where(container => !PodResources.IsSidecar(container))],
        };
        OomScore.Of(spec, all.Single(container => container.Name == whose), 1000L << 20).ShouldBe(expected, why);
    }

    [Theory]
    [InlineData("a", 800)]
    [InlineData("b", 900)]
    public void B25_what_a_pod_asks_for_as_a_whole_counts_for_all_its_containers_alike(string whose, int expected)
    {
        var spec = new PodSpec
        {
            Containers = [Container("a:100/0"), Container("b:0/0")],
            Resources = new() { Requests = Amounts("300") },
        };
        OomScore.Of(spec, spec.Containers.Single(container => container.Name == whose), 1000L << 20)
            .ShouldBe(expected);
    }

    private static Container Container(string text)
    {
        var parts = text.Split(':', '/');
        return new()
        {
            Name = parts[0],
            RestartPolicy = parts[0] == "s" ? "Always" : null,
            Resources = new() { Requests = Amounts(parts[1]), Limits = Amounts(parts[2]) },
        };
    }

    private static Dictionary<string, Quantity> Amounts(string mebibytes) => mebibytes == "0" ? []
        : new()
        {
            ["memory"] = Quantity.Parse($"{mebibytes}Mi"),
            ["cpu"] = Quantity.Parse("1"),
        };
}
