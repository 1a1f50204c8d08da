using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Pods from files, identities of pods, and containers put into them, on the real engine.</summary>
public sealed class StaticPodDockerTests(DockerFixture docker) : IClassFixture<DockerFixture>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("static-");
    private LocalPods _pods = null!;

    public Task InitializeAsync()
    {
        _pods = NewPods();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (docker.Absence is null) await _pods.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task A10_A_manifest_runs_without_the_API_and_its_mirror_is_only_a_mirror()
    {
        docker.Need();
        _pods.Cluster.AreReportsRefused = true;
        Write("web.yaml", LocalPods.Forever);
        await _pods.Cluster.StartAgentAsync();
        var running = await Eventually.AsyncTrue("it runs unseen", async () => await _pods.RunningAsync(),
            ids => ids!.Split(' ').Length == 2);
        _pods.Cluster.AreReportsRefused = false;
        var shown = await _pods.ReadyAsync("web-node-1");
        running.ShouldContain(LocalPods.IdOf(shown));
        shown.PodIP.ShouldNotBeNullOrEmpty();
        var first = _pods.Cluster.Find("web-node-1")!;
        await _pods.Cluster.DeleteAsync("web-node-1");
        await Eventually.AsyncTrue("the mirror is back",
            () => Task.FromResult(_pods.Cluster.Find("web-node-1")),
            pod => pod is { Metadata.DeletionTimestamp: null } && pod.Metadata.Uid != first.Metadata.Uid);
        LocalPods.IdOf(await _pods.ReadyAsync("web-node-1")).ShouldBe(LocalPods.IdOf(shown));
        (await _pods.RunningAsync()).ShouldBe(running);
        await _pods.Cluster.StopAgentAsync();
        await _pods.Cluster.StartAgentAsync();
        await _pods.ReadyAsync("web-node-1");
        (await _pods.RunningAsync()).ShouldBe(running, "a new agent adopts it");
    }

    [SkippableFact]
    public async Task A10_B24_A_manifest_runs_before_there_is_a_cluster_and_the_node_that_comes_goes_on_with_it()
    {
        docker.Need();
        Write("web.yaml", LocalPods.Forever);
        string running;
        await using (var lone = _pods.NewLoneNode())
        {
            await lone.StartAsync();
            running = (await Eventually.AsyncTrue("it runs", async () => await _pods.RunningAsync(),
                ids => ids!.Split(' ').Length == 2))!;
            // What a node does by itself goes on: a container that dies is started again.
            var main = (await _pods.Runtime.ListAsync(default)).Single(
                container => container.Labels[ContainerLabels.ContainerName] == "c");
            await _pods.Runtime.StopAsync(main.Id, TimeSpan.Zero, "KILL", default);
            running = (await Eventually.AsyncTrue("it runs again", async () => await _pods.RunningAsync(),
                ids => ids!.Split(' ').Length == 2 && ids != running))!;
            // Nobody can be asked who holds the node: what is not wanted any more is left alone.
            File.Delete(Path.Combine(_folder.FullName, "web.yaml"));
            Write("web2.yaml", LocalPods.Forever, "web2");
            await Eventually.AsyncTrue("the other runs", async () => await _pods.RunningAsync(),
                ids => ids!.Split(' ').Length == 4);
            File.Delete(Path.Combine(_folder.FullName, "web2.yaml"));
            Write("web.yaml", LocalPods.Forever);
        }
        (await _pods.RunningAsync()).ShouldContain(running.Split(' ')[0]);
        // The cluster knows services, of which containers are told: no reason to start them anew.
        _pods.Cluster.Services.Add(new()
        {
            Metadata = new() { Name = "db", Namespace = "default" },
            Spec = new() { ClusterIP = "10.96.0.9", Ports = [new() { Port = 5432 }] },
        });
        await _pods.Cluster.StartAgentAsync();
        await _pods.ReadyAsync("web-node-1");
        await Eventually.AsyncTrue("only what the folder says is left", async () => await _pods.RunningAsync(),
            ids => ids == running);
    }

    [SkippableFact]
    public async Task B24_Files_come_change_and_go_and_containers_follow()
    {
        docker.Need();
        await _pods.Cluster.StartAgentAsync();
        Write("web.yaml", LocalPods.Forever);
        Write("bad.yaml", "\"");
        var first = LocalPods.IdOf(await _pods.ReadyAsync("web-node-1"));
        Write("web.yaml", $"echo changed; {LocalPods.Forever}");
        var second = await _pods.UntilAsync("web-node-1",
            status => LocalPods.IsReady(status) && LocalPods.IdOf(status) != first);
        await _pods.LogAsync(LocalPods.IdOf(second), "changed\n");
        second.ContainerStatuses[0].RestartCount.ShouldBe(0, "another text is another pod");
        File.Delete(Path.Combine(_folder.FullName, "web.yaml"));
        await Eventually.AsyncTrue("nothing is left", async () =>
            $"{_pods.Cluster.Find("web-node-1")?.Metadata.Name}{(await _pods.Runtime.ListAsync(default)).Count}",
            left => left == "0");
        _pods.Cluster.Events.Count(text => text.Contains("FailedStaticPod: static pod file bad.yaml")).ShouldBe(1);
        Directory.Exists(Path.Combine(_pods.Files.FullName, "pods")).ShouldBeTrue();
        Directory.EnumerateFileSystemEntries(Path.Combine(_pods.Files.FullName, "pods")).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A3_A_pod_of_the_same_name_is_another_pod_with_containers_of_its_own()
    {
        docker.Need();
        await _pods.Cluster.StartAgentAsync();
        var old = GivenPod.Of("web", GivenPod.Shell("c", "echo old > /v/mark; " + LocalPods.Forever) with
        {
            VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
        }).With(spec => spec with { Volumes = [new() { Name = "v", EmptyDir = new() }] });
        await _pods.Cluster.ApplyAsync(old);
        var first = await _pods.ReadyAsync("web");
        await _pods.DeleteAsync("web");
        var next = old with { Metadata = GivenPod.Of("web").Metadata };
        next.Metadata.Uid.ShouldNotBe(old.Metadata.Uid);
        await _pods.Cluster.ApplyAsync(next with
        {
            Spec = old.Spec with
            {
                Containers = [old.Spec.Containers[0] with
                {
                    Command = ["/bin/sh", "-c", "ls /v; echo listed; " + LocalPods.Forever],
                }],
            },
        });
        var second = await _pods.ReadyAsync("web");
        LocalPods.IdOf(second).ShouldNotBe(LocalPods.IdOf(first));
        second.ContainerStatuses[0].RestartCount.ShouldBe(0);
        (await _pods.LogAsync(LocalPods.IdOf(second), "listed")).ShouldBe("listed\n", "its volume is new");
        var seen = await _pods.Runtime.InspectAsync(LocalPods.IdOf(second), default);
        seen!.Labels[ContainerLabels.PodUid].ShouldBe(next.Metadata.Uid);
    }

    [SkippableFact]
    public async Task B23_A_container_put_into_a_pod_sees_its_target_and_is_never_started_again()
    {
        docker.Need();
        await _pods.Cluster.StartAgentAsync();
        await _pods.Cluster.ApplyAsync(GivenPod.Of("web", GivenPod.Shell("main", "exec sleep 4321")));
        var before = await _pods.ReadyAsync("web");
        await _pods.Cluster.ChangeAsync("web", pod => pod with
        {
            Metadata = pod.Metadata with { Generation = 2 },
            Spec = pod.Spec with
            {
                EphemeralContainers =
                    [GivenPod.Look("eye", "tr '\\0' ' ' < /proc/1/cmdline; exit 3", "main")],
            },
        });
        var ended = await _pods.UntilAsync(
            "web", status => status.EphemeralContainerStatuses is [{ State.Terminated: not null }]);
        var shown = ended.EphemeralContainerStatuses[0];
        (shown.State!.Terminated!.ExitCode, shown.RestartCount, shown.Ready).ShouldBe((3, 0, false));
        await _pods.LogAsync(shown.ContainerID!["docker://".Length..], "sleep 4321");
        ended.ContainerStatuses[0].ContainerID.ShouldBe(before.ContainerStatuses[0].ContainerID);
        LocalPods.IsReady(ended).ShouldBeTrue("it is of no matter to the pod's state");
        await _pods.DeleteAsync("web", 1);
    }

    private LocalPods NewPods() => new(docker.NewRuntime, options => options with
    {
        StaticPodDirectory = _folder.FullName,
        StaticPodPeriod = TimeSpan.FromMilliseconds(100),
    });

    private void Write(string file, string script, string name = "web") =>
        File.WriteAllText(Path.Combine(_folder.FullName, file), $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
        spec:
          terminationGracePeriodSeconds: 2
          containers:
          - name: c
            image: {{DockerFixture.Image}}
            imagePullPolicy: IfNotPresent
            command: [/bin/sh, -c, "{{script}}"]
        """);
}
