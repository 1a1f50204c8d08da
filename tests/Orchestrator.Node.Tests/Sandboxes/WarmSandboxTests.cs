using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>Pods that find a sandbox waiting for them.</summary>
public sealed class WarmSandboxTests(WarmEngine engine)
    : PodSandboxTests(engine, new WarmSetting(3)), IClassFixture<WarmEngine>
{
    [SkippableFact]
    public async Task A2_Pods_take_what_waits_and_it_is_found_again_after_a_restart_of_the_node()
    {
        await StartAsync();
        var waited = (await ListAsync()).Select(seen => seen.Id).ToList();
        await Cluster.ApplyAsync(GivenPod.Of("web", GivenPod.Shell("a", "hostname; " + Forever)));
        var before = await ReadyAsync("web");
        var pod = (await ListAsync()).Where(seen => seen.Labels.ContainsKey(ContainerLabels.PodUid)).ToList();
        pod.Select(seen => seen.Labels[ContainerLabels.PodName]).ShouldBe(["web", "web"]);
        var sandbox = pod.Single(seen => seen.Labels[ContainerLabels.ContainerName] == ContainerLabels.InfraContainer);
        waited.ShouldContain(sandbox.Id);
        var filled = await FilledAsync();
        await Cluster.StopAgentAsync();
        await Cluster.StartAgentAsync();
        await using (var runtime = engine.NewRuntime("test/none"))
            await runtime.StopAsync(IdOf(before), TimeSpan.Zero, "KILL", default);
        var after = await UntilAsync("web", status => status.ContainerStatuses[0].RestartCount == 1
            && status.ContainerStatuses[0].State?.Running is not null);
        after.PodIP.ShouldBe(before.PodIP, "nothing but the container was made anew");
        (await SaidAsync("web", 0, "\n")).ShouldBe(["web"]);
        (await FilledAsync()).Select(seen => seen.Id).Order().ShouldBe(filled.Select(seen => seen.Id).Order());
    }

    [SkippableFact]
    public async Task Nothing_is_left_when_they_are_wanted_no_more()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("web", GivenPod.Shell("a", Forever)));
        await ReadyAsync("web");
        await Cluster.KeepWarmAsync(WarmSetting.Off);
        await Cluster.DeleteAsync("web", 1);
        await Eventually.AsyncTrue(
            "nothing is left", async () => (await ListAsync()).ToList(), left => left!.Count == 0);
    }

    [SkippableFact]
    public async Task The_node_says_what_it_keeps()
    {
        await StartAsync();
        var said = await Eventually.AsyncTrue("it is told", () => Task.FromResult<NodeCondition?>(
            Cluster.Node?.Conditions.FirstOrDefault(condition => condition.Type == WarmCounts.Condition)),
            condition => condition?.Message?.StartsWith("3 of 3 ready", StringComparison.Ordinal) == true);
        said.Status.ShouldBe("True");
    }
}
