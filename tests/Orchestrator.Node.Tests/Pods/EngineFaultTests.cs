using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>A real engine that is ended, hangs or comes back, lost images, and a full disk.</summary>
public sealed class EngineFaultTests(PrivateEngine engine) : IClassFixture<PrivateEngine>, IAsyncLifetime
{
    private LocalPods _pods = null!;

    public Task InitializeAsync()
    {
        _pods = NewPods();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (engine.Absence is not null) return;
        await engine.StartAsync();
        await _pods.DisposeAsync();
    }

    [SkippableFact]
    public async Task An_engine_that_ends_with_its_containers_gets_every_pod_back_once()
    {
        engine.Need();
        await _pods.Cluster.StartAgentAsync();
        await ApplyAsync("one", "two");
        await engine.StopAsync();
        await NodeIsAsync("False");
        await engine.StartAsync();
        foreach (var name in (string[])["one", "two"])
        {
            // An engine that is ending may start it once more, and end it again.
            var back = await _pods.UntilAsync(
                name, status => LocalPods.IsReady(status) && status.ContainerStatuses[0].RestartCount is 1 or 2);
            back.ContainerStatuses[0].LastState!.Terminated.ShouldNotBeNull();
        }
        (await _pods.RunningAsync()).Split(' ').Length.ShouldBe(4, "no container is there twice");
        await NodeIsAsync("True");
    }

    [SkippableFact]
    public async Task An_engine_that_comes_back_to_its_containers_finds_them_as_they_are()
    {
        engine.Need();
        await engine.StopAsync();
        await engine.StartAsync(isLiveRestore: true);
        await _pods.Cluster.StartAgentAsync();
        await ApplyAsync("kept", "mortal");
        var (kept, mortal) = (_pods.Cluster.Find("kept")!.Status, _pods.Cluster.Find("mortal")!.Status);
        await engine.KillAsync(LocalPods.IdOf(mortal), async () =>
        {
            await engine.StopAsync();
            await NodeIsAsync("False");
        });
        await engine.StartAsync(isLiveRestore: true);
        await NodeIsAsync("True");
        var back = await _pods.UntilAsync(
            "mortal", status => LocalPods.IsReady(status) && status.ContainerStatuses[0].RestartCount == 1);
        back.PodIP.ShouldBe(mortal.PodIP);
        var same = _pods.Cluster.Find("kept")!.Status;
        (LocalPods.IdOf(same), same.ContainerStatuses[0].RestartCount).ShouldBe((LocalPods.IdOf(kept), 0));
        (await _pods.RunningAsync()).Split(' ').Length.ShouldBe(4);
        foreach (var name in (string[])["kept", "mortal"]) await _pods.DeleteAsync(name, 1);
        await engine.StopAsync();
    }

    [SkippableFact]
    public async Task An_engine_that_hangs_makes_the_node_unready_and_nothing_is_restarted()
    {
        engine.Need();
        await _pods.Cluster.StartAgentAsync();
        await ApplyAsync("web");
        var (running, writes) = (await _pods.RunningAsync(), _pods.Cluster.Writes("web"));
        engine.Hang();
        try
        {
            await _pods.Cluster.ApplyAsync(GivenPod.Of("late", GivenPod.Shell("c", LocalPods.Forever)));
            await NodeIsAsync("False");
            _pods.Cluster.Node!.Conditions.Single(condition => condition.Type == "Ready").Message!
                .ShouldContain("container runtime is down");
            _pods.Cluster.Find("web")!.Status.Phase.ShouldBe("Running", "it is not known to be otherwise");
        }
        finally
        {
            engine.GoOn();
        }
        await NodeIsAsync("True");
        await _pods.ReadyAsync("late");
        running.Split(' ').ShouldBeSubsetOf((await _pods.RunningAsync()).Split(' '));
        (await _pods.RunningAsync()).Split(' ').Length.ShouldBe(4);
        _pods.Cluster.Writes("web").ShouldBe(writes, "of the pod there was nothing new to say");
    }

    [SkippableFact]
    public async Task An_image_that_was_removed_is_pulled_again_or_missed_and_comes_back()
    {
        engine.Need();
        await _pods.Cluster.StartAgentAsync();
        await ApplyAsync("web");
        var id = LocalPods.IdOf(_pods.Cluster.Find("web")!.Status);
        await engine.SayAsync("rmi", "-f", DockerFixture.Image);
        await engine.SayAsync("kill", id);
        var missed = await _pods.UntilAsync("web",
            status => status.ContainerStatuses[0].State?.Waiting?.Reason is "ErrImagePull" or "ImagePullBackOff");
        missed.Phase.ShouldBe("Running", "it has run before");
        missed.ContainerStatuses[0].State!.Waiting!.Message.ShouldNotBeNullOrEmpty();
        await using (var client = engine.NewClient()) await DockerFixture.ImportAsync(client);
        var back = await _pods.UntilAsync("web", LocalPods.IsReady);
        back.ContainerStatuses[0].RestartCount.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_full_disk_is_told_and_the_pod_starts_once_there_is_room()
    {
        engine.Need();
        await using var disk = await SmallDisk.MountAsync();
        Skip.If(disk is null, "a small disk cannot be mounted here");
        await using var pods = new LocalPods(
            engine.NewPatientRuntime, options => options with { DataDirectory = disk!.Folder });
        pods.Cluster.ConfigMaps["big"] = new ConfigMap
        {
            Data = new Dictionary<string, string> { ["text"] = new string('x', 300_000) },
        };
        await pods.Cluster.StartAgentAsync();
        await pods.Cluster.ApplyAsync(GivenPod.Of("big", GivenPod.Shell("c", LocalPods.Forever) with
        {
            VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
        }).With(spec => spec with { Volumes = [new() { Name = "v", ConfigMap = new() { Name = "big" } }] }));
        await Eventually.AsyncTrue("it is told", () => Task.FromResult<string?>(string.Join('\n', pods.Cluster.Events)),
            told => told!.Contains("Warning FailedMount: MountVolume.SetUp failed for volume \"v\" : No space left"));
        pods.Cluster.Find("big")!.Status.Phase.ShouldNotBe("Running");
        await disk!.GrowAsync();
        await pods.ReadyAsync("big");
        await pods.Cluster.DeleteAsync("big", 1);
        await Eventually.AsyncTrue("it is gone", () => Task.FromResult<string?>($"{pods.Cluster.Find("big")}"),
            text => text == "");
        await Eventually.AsyncTrue("its files are gone", () => Task.FromResult<string?>(
            string.Join(' ', Directory.EnumerateFileSystemEntries(Path.Combine(disk.Folder, "pods")))),
            left => left == "");
    }

    private LocalPods NewPods() => new(
        engine.NewRuntime, options => options with
        {
            ReconnectDelayMax = TimeSpan.FromSeconds(0.5),
            RelistPeriod = TimeSpan.FromSeconds(1),
        }, engine.NewPatientRuntime);

    private async Task ApplyAsync(params string[] names)
    {
        foreach (var name in names)
            await _pods.Cluster.ApplyAsync(GivenPod.Of(name, GivenPod.Shell("c", LocalPods.Forever)));
        foreach (var name in names) await _pods.ReadyAsync(name);
    }

    private Task NodeIsAsync(string ready) => Eventually.AsyncTrue($"the node is ready: {ready}",
        () => Task.FromResult(_pods.Cluster.Node),
        node => node?.Conditions.Single(condition => condition.Type == "Ready").Status == ready);

    /// <summary>A disk in memory that has almost no room, until it is given some.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("small-");

        public string Folder => _folder.FullName;

        public static async Task<SmallDisk?> MountAsync()
        {
            var disk = new SmallDisk();
            var (code, _) = await Child.RunAsync(
                Child.Find("mount")!, "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk.Folder);
            if (code == 0) return disk;
            disk._folder.Delete();
            return null;
        }

        public Task GrowAsync() =>
            Child.RunAsync(Child.Find("mount")!, "-o", "remount,size=8m", "tmpfs", Folder);

        public async ValueTask DisposeAsync()
        {
            await Child.RunAsync(Child.Find("umount")!, "-l", Folder);
            _folder.Delete(recursive: true);
        }
    }
}
