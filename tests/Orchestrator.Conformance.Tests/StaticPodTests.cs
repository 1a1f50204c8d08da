using System.Text.Json.Nodes;
using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>Pods that a node runs from a folder, as a user sees them with kubectl.</summary>
public sealed class StaticPodTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("static-");
    private Cluster _cluster = null!;

    private string Mirror => $"web-{_cluster.NodeName}";

    public async Task InitializeAsync()
    {
        _cluster = NewCluster();
        Write("web.yaml", "one");
        await _cluster.StartAsync("--static-pods", _folder.FullName);
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A10_B24_A_static_pod_is_shown_by_a_mirror_that_comes_back()
    {
        await _cluster.PodsReady("app=web", 1);
        var shown = await _cluster.Get($"/api/v1/namespaces/default/pods/{Mirror}");
        var marks = shown["metadata"]!["annotations"]!;
        Assert.Equal("file", (string)marks["kubernetes.io/config.source"]!);
        Assert.Equal((string)marks["kubernetes.io/config.hash"]!, (string)marks["kubernetes.io/config.mirror"]!);
        var owner = shown["metadata"]!["ownerReferences"]!.AsArray().Single()!;
        Assert.Equal(("Node", _cluster.NodeName), ((string)owner["kind"]!, (string)owner["name"]!));
        Assert.Null(shown["spec"]!["serviceAccountName"]);
        var containers = await _cluster.Containers();
        Assert.Equal(2, containers.Count);

        // What is done to the mirror is done to the mirror alone.
        // kubectl waits for a name, and the next mirror takes it within the same moment.
        (await _cluster.Kubectl("delete", "pod", Mirror, "--wait=false")).Ok();
        await _cluster.PodsReady("app=web", 1);
        (await _cluster.Kubectl("delete", "pod", Mirror, "--force", "--grace-period=0")).Ok();
        await _cluster.PodsReady("app=web", 1);
        (await _cluster.Kubectl("label", "pod", Mirror, "extra=yes")).Ok();
        var unmarked = await _cluster.Kubectl("annotate", "pod", Mirror, "kubernetes.io/config.mirror-");
        Assert.Contains("may not remove or update mirror pod annotation", unmarked.Error);
        var again = await _cluster.Get($"/api/v1/namespaces/default/pods/{Mirror}");
        Assert.NotEqual((string)shown["metadata"]!["uid"]!, (string)again["metadata"]!["uid"]!);
        Assert.Equal(containers, await _cluster.Containers());

        Assert.Equal("one\n", (await _cluster.Kubectl("logs", Mirror)).Ok());
        Assert.Equal("in\n", (await _cluster.Kubectl("exec", Mirror, "--", "echo", "in")).Ok());
        await Eventually.Async(async () =>
        {
            var text = (await _cluster.Kubectl("describe", "pod", Mirror)).Ok();
            return text.Contains("Started container", StringComparison.Ordinal) ? null : text;
        });

        // kubectl knows mirrors by their annotation.
        (await _cluster.Kubectl("drain", _cluster.NodeName, "--timeout=30s")).Ok();
        (await _cluster.Kubectl("taint", "node", _cluster.NodeName, "out=now:NoExecute")).Ok();
        Write("bad.yaml", "\"", isWhole: true);
        await Eventually.Async(async () =>
        {
            var text = (await _cluster.Kubectl("describe", "node", _cluster.NodeName)).Ok();
            return text.Contains("FailedStaticPod", StringComparison.Ordinal) ? null : text;
        });
        Assert.Equal(containers, await _cluster.Containers());
        await _cluster.PodsReady("app=web", 1);

        // The cluster dies, the pod does not, and the next cluster finds it.
        await _cluster.KillAsync();
        Assert.Equal(containers, await _cluster.Containers());
        await _cluster.StartAsync("--static-pods", _folder.FullName);
        await _cluster.PodsReady("app=web", 1);
        Assert.Equal(containers, await _cluster.Containers());

        Write("web.yaml", "two");
        await Eventually.Async(async () =>
        {
            var log = await _cluster.Kubectl("logs", Mirror);
            return log.Output == "two\n" ? null : log.ToString();
        });
        File.Delete(Path.Combine(_folder.FullName, "web.yaml"));
        await Eventually.Async(async () =>
        {
            var (pods, left) = (await _cluster.Pods("app=web"), await _cluster.Containers(all: true));
            return pods.Count + left.Count == 0 ? null : $"{pods.Count} mirrors and {left.Count} containers are left";
        });
    }

    private static Cluster NewCluster() => new();

    private void Write(string file, string word, bool isWhole = false) =>
        File.WriteAllText(Path.Combine(_folder.FullName, file), isWhole ? word : Given.StaticPod(word));
}
