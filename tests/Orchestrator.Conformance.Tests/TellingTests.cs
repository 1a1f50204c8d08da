using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>What happened to a pod is told in its order, by events and by reasons.</summary>
[Collection(nameof(SharedCluster))]
public sealed class TellingTests(SharedCluster shared)
{
    private readonly Cluster _cluster = shared.Cluster;

    [Fact]
    public async Task Events_and_reasons_tell_the_story_of_a_pod()
    {
        var pod = Given.Pod("told", ("main", Given.Forever));
        (await _cluster.KubectlWith(pod.ToJsonString(), "apply", "-f", "-")).Ok();
        await _cluster.PodsReady("app=told", 1);
        await Eventually.Async(async () =>
        {
            var reasons = (await _cluster.Kubectl("get", "events", "--field-selector=involvedObject.name=told",
                "-o=jsonpath={.items[*].reason}")).Ok();
            return reasons == "Scheduled Pulled Created Started" ? null : reasons;
        });
        var why = await Ran.Async(Cluster.Program, ["why", "pod/told"],
            env: new Dictionary<string, string> { ["KUBECONFIG"] = _cluster.Kubeconfig });
        Assert.Contains("Scheduled", why.Ok());
        (await _cluster.Kubectl("delete", "pod", "told")).Ok();
    }
}
