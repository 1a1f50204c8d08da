using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Grains;

namespace Orchestrator.Cluster.Tests;

/// <summary>What a cluster allows of pods, and what becomes of those it has resized.</summary>
public sealed class PodPolicyTests
{
    [Fact]
    public async Task A9_privileged_pods_are_refused_unless_the_cluster_allows_them()
    {
        await using var strict = await TestWorld.StartAsync(nodes: 0);
        var mighty = Given.Pod("mighty").With(spec => spec with
        {
            Containers = [spec.Containers[0] with { SecurityContext = new() { Privileged = true } }],
        });
        var refusal = await Refused.With(422, "Invalid", () => strict.Create(mighty));
        Assert.Equal("Pod \"mighty\" is invalid: spec.containers[0].securityContext.privileged: Forbidden: disallowed "
            + "by cluster policy", refusal.Message);
        var made = Given.Deployment("makes", 1).With(spec => spec with
        {
            Template = spec.Template with { Spec = mighty.Spec },
        });
        await Refused.With(422, "Invalid", () => strict.Create(made));
        await using var open = await TestWorld.StartAsync(
            nodes: 0, configure: options => options.AllowsPrivileged = true);
        Assert.True((await open.Create(mighty)).Spec.Containers[0].SecurityContext!.Privileged);
    }

    [Fact]
    public async Task A11_a_pod_gets_what_its_RuntimeClass_says()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var asking = Given.Pod("asks").With(spec => spec with { RuntimeClassName = "safe" });
        var refusal = await Refused.With(403, "Forbidden", () => world.Create(asking));
        Assert.Equal("pods \"asks\" is forbidden: pod rejected: RuntimeClass \"safe\" not found", refusal.Message);
        await world.Create(new RuntimeClass
        {
            Metadata = new() { Name = "safe" },
            Handler = "runc",
            Overhead = new() { PodFixed = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse("250m") } },
            Scheduling = new() { NodeSelector = Given.Map(("sandbox", "yes")) },
        });
        var made = await world.Create(asking);
        Assert.Equal("250m", made.Spec.Overhead["cpu"].ToString());
        Assert.Equal("yes", made.Spec.NodeSelector["sandbox"]);
        Assert.Equal("250m", PodResources.Requests(made)["cpu"].ToString());
    }

    [Fact]
    public async Task B49_a_resize_is_done_or_waits_and_the_status_says_which()
    {
        await using var world = await TestWorld.StartAsync(nodes: 1);
        var pod = await world.Create(Given.Pod("sized").With(spec => Sized(spec, "100m")));
        await world.Eventually(() => world.Find(pod) is { Status.Phase: "Running" }, "it runs");
        await ResizeAsync("200m");
        await world.Eventually(() => world.Fresh(pod).Status is { ObservedGeneration: 2 } status
            && status.ContainerStatuses[0].Resources?.Requests["cpu"].ToString() == "200m"
            && status.Conditions.All(condition => !condition.Type.StartsWith("PodResize", StringComparison.Ordinal)),
            "it is given more");
        Assert.Equal(0, world.Fresh(pod).Status.ContainerStatuses[0].RestartCount);
        await ResizeAsync("1000");
        await world.Eventually(() => world.Fresh(pod).Status.Conditions.Any(
            condition => condition is { Type: "PodResizePending", Reason: "Infeasible" }), "it can never be");
        Assert.Equal("200m", PodResources.Requests(world.Fresh(pod))["cpu"].ToString());

        async Task ResizeAsync(string cpu)
        {
            var now = world.Fresh(pod);
            var metadata = now.Metadata with { ResourceVersion = null };
            await world.Update(now with { Metadata = metadata, Spec = Sized(now.Spec, cpu) }, "resize");
        }

        static PodSpec Sized(PodSpec spec, string cpu) => spec with
        {
            Containers =
            [
                spec.Containers[0] with
                {
                    Resources = new()
                    {
                        Requests = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse(cpu) },
                    },
                },
            ],
        };
    }
}
