using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>What a pod does on any remote engine; how the engine is reached is said by those who inherit.</summary>
public abstract class RemotePodTests : IAsyncLifetime
{
    internal RemotePods Pods { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Pods = new RemotePods(NewRuntime);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (Absence is null) await Pods.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_pod_starts_speaks_restarts_and_goes()
    {
        Skip.If(Absence is not null, Absence);
        await Pods.Cluster.StartAgentAsync();
        var pod = GivenPod.Of("web", GivenPod.Shell("c", RemotePods.Saying("hello from $HOSTNAME")));
        await Pods.Cluster.ApplyAsync(pod);
        var before = await Pods.ReadyAsync("web");
        before.PodIP.ShouldNotBeNullOrEmpty();
        await Pods.LogAsync(RemotePods.IdOf(before, 0), "hello from web");
        await Pods.Runtime.StopAsync(RemotePods.IdOf(before, 0), TimeSpan.Zero, "KILL", default);
        var after = await Pods.UntilAsync(
            "web", status => status.ContainerStatuses[0].RestartCount == 1 && RemotePods.IsReady(status));
        after.PodIP.ShouldBe(before.PodIP);
        await Pods.LogAsync(RemotePods.IdOf(after, 0), "hello from web");
        await Pods.DeleteAsync("web", pod.Metadata.Uid!);
        Pods.Cluster.Phases.ShouldContain("web Succeeded");
    }

    [SkippableFact]
    public async Task A13_persistent_files_outlive_the_pod_in_a_volume_of_the_engine()
    {
        Skip.If(Absence is not null, Absence);
        await Pods.Cluster.StartAgentAsync();
        var handle = GivenClaim.Ours(Pods.Cluster, "data");
        var first = GivenClaim.Using("first", "data", "echo one > /kept/count", subPath: "in");
        await Pods.Cluster.ApplyAsync(first);
        await Pods.UntilAsync("first", status => status.Phase == "Succeeded");
        await Pods.DeleteAsync("first", first.Metadata.Uid!);
        var second = GivenClaim.Using("second", "data",
            "cat /kept/in/count > /dev/termination-log && ! touch /kept/new 2> /dev/null", isReadOnly: true);
        await Pods.Cluster.ApplyAsync(second);
        var status = await Pods.UntilAsync("second", status => status.Phase is "Succeeded" or "Failed");
        (status.Phase, status.ContainerStatuses[0].State!.Terminated!.Message).ShouldBe(("Succeeded", "one\n"));
        // The engine keeps what a container still mounts.
        await Should.ThrowAsync<Orchestrator.Api.Meta.ApiException>(() => Pods.Cluster.EraseAsync(handle));
        await Pods.DeleteAsync("second", second.Metadata.Uid!);
        await Pods.Cluster.EraseAsync(handle);
        await Pods.Cluster.EraseAsync(handle);
    }

    [SkippableFact]
    public async Task B20_A_pod_that_fills_its_volume_is_evicted_and_uncounted_logs_are_told_of()
    {
        Skip.If(Absence is not null, Absence);
        await Pods.Cluster.StartAgentAsync();
        var limits = new Dictionary<string, Quantity> { ["ephemeral-storage"] = Quantity.Parse("8Mi") };
        var fits = GivenPod.Of("fits",
            GivenPod.Shell("c", RemotePods.Forever) with { Resources = new() { Limits = limits } });
        await Pods.Cluster.ApplyAsync(fits);
        await Pods.ReadyAsync("fits");
        await Eventually.AsyncTrue("what is not counted is told",
            () => Task.FromResult<string?>(string.Join('\n', Pods.Cluster.Events)),
            text => text!.Contains("fits  Warning StorageNotCounted: the logs of container \"c\" cannot be seen"));
        var full = GivenPod.Of("full", GivenPod.Shell(
            "c", $"dd if=/dev/zero of=/v/f bs=1k count=2048; {RemotePods.Forever}") with
        {
            VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
        }).With(spec => spec with
        {
            Volumes = [new() { Name = "v", EmptyDir = new() { SizeLimit = Quantity.Parse("1Mi") } }],
        });
        await Pods.Cluster.ApplyAsync(full);
        var status = await Pods.UntilAsync("full", status => status.Phase == "Failed");
        status.Message.ShouldBe("Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ");
        Pods.Cluster.Find("fits")!.Status.Phase.ShouldBe("Running");
        await Pods.DeleteAsync("full", full.Metadata.Uid!);
        await Pods.DeleteAsync("fits", fits.Metadata.Uid!);
    }

    [SkippableFact]
    public async Task Logs_are_followed_and_events_come_as_they_happen()
    {
        Skip.If(Absence is not null, Absence);
        using var ended = new CancellationTokenSource();
        var events = new System.Collections.Concurrent.ConcurrentQueue<RuntimeEvent>();
        var watching = WatchAsync(events, ended.Token);
        var id = await Pods.Runtime.CreateAsync(new ContainerSpec
        {
            Name = $"k8s_follow_{Environment.ProcessId}_{Environment.TickCount64}",
            Image = DockerFixture.Image,
            Command = ["/bin/sh", "-c", "echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo two"],
            Labels = new Dictionary<string, string> { [ContainerLabels.PodUid] = "follow" },
        }, default);
        await Pods.Runtime.StartAsync(id, default);
        using var output = new MemoryStream();
        var following = Pods.Runtime.CopyLogsAsync(id, new LogQuery(Follow: true), output, ended.Token);
        await Eventually.AsyncTrue("the start is heard", () => Task.FromResult<string?>(string.Join(' ', events.Select(
            what => what.Type))), seen => seen!.Contains("Started", StringComparison.Ordinal));
        await Pods.LogAsync(id, "one");
        following.IsCompleted.ShouldBeFalse();
        await Pods.Runtime.StopAsync(id, TimeSpan.Zero, "KILL", default);
        await following.WaitAsync(TimeSpan.FromSeconds(30));
        System.Text.Encoding.UTF8.GetString(output.ToArray()).ShouldBe("one\n");
        await Eventually.AsyncTrue("the end is heard", () => Task.FromResult<string?>(string.Join(' ', events.Select(
            what => what.Type))), seen => seen!.Contains("Died", StringComparison.Ordinal));
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watching);
    }

    [SkippableFact]
    public async Task Volumes_are_filled_change_at_once_and_go_with_the_pod()
    {
        Skip.If(Absence is not null, Absence);
        Pods.Cluster.ConfigMaps["c"] = Config(("a", "one"), ("b", "one"));
        Pods.Cluster.Secrets["s"] = new() { Data = new Dictionary<string, byte[]> { ["p"] = "hidden"u8.ToArray() } };
        await Pods.Cluster.StartAgentAsync();
        var pod = VolumePod(
            "cat /sec/deep/p /one; echo; ls -ld /scratch; grep web /etc/hosts; echo x > /scratch/sub/f; ls /scratch/sub; "
            + "echo ready; until [ \"$(cat /cfg/a || echo TORN >&2)\" = two ]; do sleep 0.01; done; "
            + "until [ ! -e /cfg/b ]; do sleep 0.01; done; "
            // The old files go last, when nobody can see them any more by their names.
            + "until [ $(ls -A /cfg | grep -c '^[.][.]') = 2 ]; do sleep 0.01; done; ls -A /cfg; cat /cfg/c; "
            + "echo last words > /dev/termination-log; exit 3");
        await Pods.Cluster.ApplyAsync(pod);
        var status = await Pods.ReadyAsync("web");
        var log = await Pods.LogAsync(RemotePods.IdOf(status, 0), "ready");
        log.ShouldContain("hiddenone\n");
        log.ShouldContain("drwxrwxrwx");
        log.ShouldContain($"{status.PodIP}\tweb");
        log.ShouldContain("\nf\nready");
        Pods.Cluster.ConfigMaps["c"] = Config(("a", "two"), ("c", "three"));
        var ended = await Pods.UntilAsync("web", seen => seen.Phase == "Failed");
        ended.ContainerStatuses[0].State!.Terminated!.Message.ShouldBe("last words\n");
        log = await Pods.LogAsync(RemotePods.IdOf(status, 0), "three");
        log.ShouldNotContain("TORN");
        var listed = log[(log.IndexOf("ready\n", StringComparison.Ordinal) + 6)..].Split('\n');
        listed.Where(name => name.StartsWith("..", StringComparison.Ordinal)).Count().ShouldBe(2, log);
        await Pods.DeleteAsync("web", pod.Metadata.Uid!);
    }

    [SkippableFact]
    public async Task A13_a_volume_in_memory_is_as_large_as_it_may_be_and_outlives_its_containers()
    {
        Skip.If(Absence is not null, Absence);
        await Pods.Cluster.StartAgentAsync();
        var pod = GivenPod.Of("web", GivenPod.Shell("c",
            "grep ' /scratch tmpfs ' /proc/mounts; ls -nd /scratch; cat /scratch/part/kept; echo kept > /scratch/part/kept; "
            + "dd if=/dev/zero of=/scratch/much bs=1024k count=3 2> /dev/null || echo full; /bin/busybox rm /scratch/much; "
            + RemotePods.Saying("ready")) with
        {
            VolumeMounts =
            [
                new() { Name = "scratch", MountPath = "/scratch" },
                new() { Name = "scratch", MountPath = "/part", SubPath = "part" },
            ],
        }).With(spec => spec with
        {
            SecurityContext = new() { FsGroup = 4321 },
            Volumes =
            [
                new()
                {
                    Name = "scratch",
                    EmptyDir = new() { Medium = "Memory", SizeLimit = Orchestrator.Api.Meta.Quantity.Parse("2Mi") },
                },
            ],
        });
        await Pods.Cluster.ApplyAsync(pod);
        var before = await Pods.ReadyAsync("web");
        var log = await Pods.LogAsync(RemotePods.IdOf(before, 0), "ready");
        log.ShouldContain(" /scratch tmpfs rw");
        log.ShouldContain("size=2048k");
        log.ShouldMatch("drwxrwsrwx.* 4321 .*/scratch");
        log.ShouldContain("full\n");
        log.ShouldNotContain("kept\n");
        // No container has it mounted for a moment, and then another agent is there.
        await Pods.Runtime.StopAsync(RemotePods.IdOf(before, 0), TimeSpan.Zero, "KILL", default);
        var after = await Pods.UntilAsync(
            "web", status => status.ContainerStatuses[0].RestartCount == 1 && RemotePods.IsReady(status));
        (await Pods.LogAsync(RemotePods.IdOf(after, 0), "ready")).ShouldContain("kept\n");
        await Pods.Cluster.StopAgentAsync();
        await Pods.Cluster.StartAgentAsync();
        await Pods.Runtime.StopAsync(RemotePods.IdOf(after, 0), TimeSpan.Zero, "KILL", default);
        var last = await Pods.UntilAsync(
            "web", status => status.ContainerStatuses[0].RestartCount == 2 && RemotePods.IsReady(status));
        (await Pods.LogAsync(RemotePods.IdOf(last, 0), "ready")).ShouldContain("kept\n");
        Pods.Cluster.Events.ShouldNotContain(told => told.Contains("scratch", StringComparison.Ordinal));
        await Pods.DeleteAsync("web", pod.Metadata.Uid!);
    }

    [SkippableFact]
    public async Task A_new_agent_takes_over_the_volumes_as_they_are()
    {
        Skip.If(Absence is not null, Absence);
        Pods.Cluster.ConfigMaps["c"] = Config(("a", "one"), ("b", "one"));
        Pods.Cluster.Secrets["s"] = new() { Data = new Dictionary<string, byte[]> { ["p"] = "hidden"u8.ToArray() } };
        await Pods.Cluster.StartAgentAsync();
        var pod = VolumePod("until [ \"$(cat /cfg/a || echo TORN >&2)\" = two ]; do sleep 0.01; done; "
            + RemotePods.Saying("changed"));
        await Pods.Cluster.ApplyAsync(pod);
        var before = await Pods.ReadyAsync("web");
        await Pods.Cluster.StopAgentAsync();
        await Pods.Cluster.StartAgentAsync();
        Pods.Cluster.ConfigMaps["c"] = Config(("a", "two"), ("b", "two"));
        (await Pods.LogAsync(RemotePods.IdOf(before, 0), "changed")).ShouldNotContain("TORN");
        await Pods.Cluster.StopAgentAsync();
        await Pods.Cluster.StartAgentAsync();
        await Pods.DeleteAsync("web", pod.Metadata.Uid!);
        Pods.Cluster.Phases.ShouldContain("web Succeeded");
    }

    [SkippableFact]
    public async Task A_path_that_leads_out_of_its_volume_is_refused()
    {
        Skip.If(Absence is not null, Absence);
        await Pods.Cluster.StartAgentAsync();
        VolumeMount whole = new() { Name = "v", MountPath = "/v" };
        var pod = GivenPod.Of("web",
            GivenPod.Shell("b", RemotePods.Forever) with
            {
                VolumeMounts = [new() { Name = "v", MountPath = "/m", SubPath = "out/x" }],
            }).With(spec => spec with
            {
                Volumes = [new() { Name = "v", EmptyDir = new() }],
                InitContainers =
                [
                    GivenPod.Shell("a", "/bin/busybox ln -s /etc /v/out") with { VolumeMounts = [whole] },
                ],
            });
        await Pods.Cluster.ApplyAsync(pod);
        var status = await Pods.UntilAsync("web",
            seen => seen.ContainerStatuses is [{ State.Waiting.Reason: "CreateContainerConfigError" }]);
        status.ContainerStatuses[0].State!.Waiting!.Message.ShouldBe(
            "failed to prepare subPath: \"out/x\" leads out of its volume");
        await Pods.DeleteAsync("web", pod.Metadata.Uid!);
    }

    protected abstract string? Absence { get; }

    protected abstract DockerRuntime NewRuntime(string nodeLabel);

    private static ConfigMap Config(params (string Key, string Value)[] data) =>
        new() { Data = data.ToDictionary(pair => pair.Key, pair => pair.Value) };

    private static Pod VolumePod(string script) => GivenPod.Of("web", GivenPod.Shell("c", script) with
    {
        VolumeMounts =
        [
            new() { Name = "cfg", MountPath = "/cfg" },
            new() { Name = "cfg", MountPath = "/one", SubPath = "a" },
            new() { Name = "sec", MountPath = "/sec" },
            new() { Name = "scratch", MountPath = "/scratch" },
            new() { Name = "scratch", MountPath = "/part", SubPath = "sub" },
        ],
    }).With(spec => spec with
    {
        RestartPolicy = "Never",
        Volumes =
        [
            new() { Name = "cfg", ConfigMap = new() { Name = "c" } },
            new() { Name = "sec", Secret = new() { SecretName = "s", Items = [new() { Key = "p", Path = "deep/p" }] } },
            new() { Name = "scratch", EmptyDir = new() },
        ],
    });

    private async Task WatchAsync(
        System.Collections.Concurrent.ConcurrentQueue<RuntimeEvent> events, CancellationToken cancellation)
    {
        await foreach (var what in Pods.Runtime.WatchAsync(cancellation)) events.Enqueue(what);
    }
}
