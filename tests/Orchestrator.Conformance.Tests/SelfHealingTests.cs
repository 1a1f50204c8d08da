using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>What dies comes back, and nothing else is touched.</summary>
[Collection(nameof(SharedCluster))]
public sealed class SelfHealingTests(SharedCluster shared)
{
    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task A_killed_container_is_restarted_and_its_neighbour_is_not()
    {
        await Apply(Given.Pod("duo", ("left", Given.Forever), ("right", Given.Forever)));
        await _cluster.PodsReady("app=duo", 1);
        var left = (await _cluster.Containers("k8s_left_duo_")).Single();
        var right = (await _cluster.Containers("k8s_right_duo_")).Single();
        (await Ran.Async("docker", ["kill", left.Id])).Ok();
        await Eventually.Async(async () =>
        {
            var table = (await _cluster.Kubectl("get", "pod", "duo", "--no-headers")).Ok();
            return System.Text.RegularExpressions.Regex.IsMatch(table, @"^duo +2/2 +Running +1 \(") ? null : table;
        });
        Assert.NotEqual(left.Id, (await _cluster.Containers("k8s_left_duo_")).Single().Id);
        Assert.Equal(right.Id, (await _cluster.Containers("k8s_right_duo_")).Single().Id);
        var status = (await _cluster.Get("/api/v1/namespaces/default/pods/duo"))["status"]!["containerStatuses"]!
            .AsArray();
        var terminated = status.Single(c => (string)c!["name"]! == "left")!["lastState"]!["terminated"]!;
        Assert.Equal(137, (int)terminated["exitCode"]!);
        Assert.Equal($"docker://{left.Id}", (string)terminated["containerID"]!);
        (await _cluster.Kubectl("delete", "pod", "duo")).Ok();
    }

    [Fact]
    public async Task A_deployment_replaces_scales_rolls_within_bounds_and_goes_without_trace()
    {
        await Apply(Given.Deployment("web", 3));
        await _cluster.PodsReady("app=web", 3);
        (await _cluster.Kubectl("rollout", "status", "deployment", "web", "--timeout=60s")).Ok();

        var victim = (await _cluster.Pods("app=web"))[0]["metadata"]!;
        // Its name may be taken again by the pod that replaces it.
        (await _cluster.Kubectl("delete", "pod", (string)victim["name"]!, "--wait=false")).Ok();
        await _cluster.PodsReady("app=web", 3);
        Assert.DoesNotContain(await _cluster.Pods("app=web"),
            pod => (string)pod["metadata"]!["uid"]! == (string)victim["uid"]!);

        (await _cluster.Kubectl("scale", "deployment", "web", "--replicas=10")).Ok();
        await _cluster.PodsReady("app=web", 10);
        (await _cluster.Kubectl("scale", "deployment", "web", "--replicas=4")).Ok();
        await _cluster.PodsReady("app=web", 4);
        await RollWithinBounds();

        (await _cluster.Kubectl("delete", "deployment", "web")).Ok();
        await Eventually.Async(async () =>
            await _cluster.Containers("_web-", all: true) is { Count: > 0 } left
                ? $"still there: {string.Join(' ', left)}"
                : null);
        // The object goes once its node has said so, which is a moment after the last container.
        await Eventually.Async(async () =>
            (await _cluster.Pods("app=web")) is { Count: > 0 } left ? $"{left.Count} pods are still there" : null);
    }

    // 4 replicas, 25 % surge and 25 % unavailable: never fewer than 3 ready, never more than 5 that are not going.
    private async Task RollWithinBounds()
    {
        using var stop = new CancellationTokenSource();
        var broken = new List<string>();
        var watching = WatchBounds(broken, stop.Token);
        (await _cluster.Kubectl("set", "env", "deployment", "web", "VERSION=2")).Ok();
        Assert.Contains("successfully rolled out",
            (await _cluster.Kubectl("rollout", "status", "deployment", "web", "--timeout=90s")).Ok());
        await stop.CancelAsync();
        await watching;
        Assert.Empty(broken);
        await _cluster.PodsReady("app=web", 4);
        Assert.All(await _cluster.Pods("app=web"), pod =>
            Assert.Equal("VERSION", (string)pod["spec"]!["containers"]![0]!["env"]![0]!["name"]!));
        Assert.Matches(@"REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>",
            (await _cluster.Kubectl("rollout", "history", "deployment", "web")).Ok());
    }

    private async Task WatchBounds(List<string> broken, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var pods = await _cluster.Pods("app=web");
            var alive = pods.Count(pod => pod["metadata"]!["deletionTimestamp"] is null);
            var ready = pods.Count(Cluster.IsReady);
            if (ready < 3) broken.Add($"only {ready} ready");
            if (alive > 5) broken.Add($"{alive} alive");
        }
    }

    private async Task Apply(JsonObject manifest) =>
        (await _cluster.KubectlWith(manifest.ToJsonString(), "apply", "-f", "-")).Ok();
}
