using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Pods on the real engine, through the node agent.</summary>
[Collection(nameof(DockerTests))]
public sealed class DockerPodTests(DockerFixture docker) : IAsyncLifetime
{
    private const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.1; done";

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("pods");
    private readonly string _label = $"test/pods-{System.Environment.ProcessId}-{System.Environment.TickCount64}";
    private TestCluster _cluster = null!;

    public Task InitializeAsync()
    {
        _cluster = NewCluster();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await using var runtime = docker.NewRuntime(_label);
        if (File.Exists("/var/run/docker.sock"))
        {
            foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
        }
        _files.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task Containers_of_a_pod_share_network_hostname_and_volumes()
    {
        await StartAsync();
        var pod = GivenPod.Of("pair",
            GivenPod.Shell("web", "hostname > /shared/web; while true; do echo hello | nc -l -p 8080; done") with
            {
                VolumeMounts = [new() { Name = "shared", MountPath = "/shared" }],
            },
            GivenPod.Shell("side",
                "until nc 127.0.0.1 8080 < /dev/null > /shared/answer && [ -s /shared/answer ]; do sleep 0.1; done; "
                + "hostname >> /shared/web; " + Forever) with
            {
                VolumeMounts = [new() { Name = "shared", MountPath = "/shared" }],
            }).With(spec => spec with { Volumes = [new() { Name = "shared", EmptyDir = new() }] });
        await _cluster.ApplyAsync(pod);
        await ReadyAsync("pair");
        var shared = Path.Combine(_files.FullName, "pods", pod.Metadata.Uid!, "volumes", "shared");
        await Eventually.AsyncTrue("both containers wrote", () => Seen(Read(shared, "web") + Read(shared, "answer")),
            text => text == "pair\npair\nhello\n");
        var status = _cluster.Find("pair")!.Status;
        status.Phase.ShouldBe("Running");
        status.PodIP.ShouldNotBeNullOrEmpty();
        status.ContainerStatuses.Select(container => container.Name).ShouldBe(["web", "side"]);
        status.ContainerStatuses[0].ContainerID!.ShouldStartWith("docker://");
        _cluster.Writes("pair").ShouldBe(1, _cluster.Show("pair"));
    }

    [SkippableFact]
    public async Task Only_the_killed_container_restarts_and_keeps_address_and_files()
    {
        await StartAsync();
        await _cluster.ApplyAsync(GivenPod.Of("two", GivenPod.Shell("a", Forever), GivenPod.Shell("b", Forever)));
        var before = await ReadyAsync("two");
        await using var runtime = docker.NewRuntime(_label);
        await runtime.StopAsync(IdOf(before, 0), TimeSpan.Zero, "KILL", default);
        var after = await UntilAsync("two", status => status.ContainerStatuses[0].RestartCount == 1 && IsReady(status));
        IdOf(after, 1).ShouldBe(IdOf(before, 1));
        after.PodIP.ShouldBe(before.PodIP);
        after.ContainerStatuses[1].RestartCount.ShouldBe(0);
        after.ContainerStatuses[0].LastState!.Terminated!.ExitCode.ShouldBe(137);
        _cluster.Explanations.ShouldContain(
            text => text.StartsWith("two Terminated: container a ended with exit code 137"));
    }

    [SkippableFact]
    public async Task Init_containers_run_in_order_and_a_sidecar_stays()
    {
        await StartAsync();
        VolumeMount[] mounts = [new() { Name = "log", MountPath = "/log" }];
        var pod = GivenPod.Of("ordered",
            GivenPod.Shell("main", "echo main >> /log/order") with { VolumeMounts = mounts })
            .With(spec => spec with
            {
                RestartPolicy = "Never",
                Volumes = [new() { Name = "log", EmptyDir = new() }],
                InitContainers =
                [
                    GivenPod.Shell("one", "sleep 0.3; echo one >> /log/order") with { VolumeMounts = mounts },
                    // Nobody waits until a sidecar has said anything, and it listens before it does.
                    GivenPod.Shell("side", $"trap 'exit 0' TERM; echo side >> /log/order; {Forever}") with
                    {
                        VolumeMounts = mounts, RestartPolicy = "Always"
                    },
                    GivenPod.Shell("two", "until grep -q side /log/order; do sleep 0.1; done; echo two >> /log/order")
                        with { VolumeMounts = mounts },
                ],
            });
        await _cluster.ApplyAsync(pod);
        var status = await UntilAsync("ordered", status => status.Phase == "Succeeded");
        Read(Path.Combine(_files.FullName, "pods", pod.Metadata.Uid!, "volumes", "log"), "order")
            .ShouldBe("one\nside\ntwo\nmain\n");
        status.InitContainerStatuses[1].State!.Terminated!.ExitCode.ShouldBe(0);
        await GoneAsync(pod, "ordered");
    }

    [SkippableFact]
    public async Task Never_fails_and_OnFailure_retries_until_it_succeeds()
    {
        await StartAsync();
        await _cluster.ApplyAsync(
            GivenPod.Of("never", GivenPod.Shell("c", "echo broken > /dev/termination-log; exit 3"))
            .With(spec => spec with { RestartPolicy = "Never" }));
        await _cluster.ApplyAsync(GivenPod.Of(
            "retry", GivenPod.Shell("c", "[ -e /v/x ] || { touch /v/x; exit 1; }") with
            {
                VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
            }).With(spec => spec with
            {
                RestartPolicy = "OnFailure",
                Volumes = [new() { Name = "v", EmptyDir = new() }],
            }));
        var failed = await UntilAsync("never", status => status.Phase == "Failed");
        var end = failed.ContainerStatuses[0].State!.Terminated!;
        (end.ExitCode, end.Reason, end.Message).ShouldBe((3, "Error", "broken\n"));
        var succeeded = await UntilAsync("retry", status => status.Phase == "Succeeded");
        succeeded.ContainerStatuses[0].RestartCount.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_delete_asks_first_and_kills_what_does_not_listen()
    {
        await StartAsync();
        var polite = GivenPod.Of("polite",
            GivenPod.Shell("c", "trap 'exit 0' TERM; echo yes > /up/listens; while true; do sleep 0.1; done") with
            {
                VolumeMounts = [new() { Name = "up", MountPath = "/up" }],
            }).With(spec => spec with { Volumes = [new() { Name = "up", EmptyDir = new() }] });
        var deaf = GivenPod.Of("deaf", GivenPod.Shell("c", "trap '' TERM; while true; do sleep 0.1; done"));
        await _cluster.ApplyAsync(polite);
        await _cluster.ApplyAsync(deaf);
        await ReadyAsync("polite");
        await ReadyAsync("deaf");
        var up = Path.Combine(_files.FullName, "pods", polite.Metadata.Uid!, "volumes", "up");
        await Eventually.AsyncTrue("it listens", () => Seen(Read(up, "listens")), text => text == "yes\n");
        await _cluster.DeleteAsync("polite");
        await _cluster.DeleteAsync("deaf", 2);
        await GoneAsync(polite, "polite");
        await GoneAsync(deaf, "deaf");
        _cluster.Phases.ShouldContain("polite Succeeded");
        _cluster.Phases.ShouldContain("deaf Failed");
        _cluster.Events.ShouldContain("polite spec.containers{c} Normal Killing: Stopping container c");
    }

    [SkippableFact]
    public async Task A_new_agent_adopts_what_runs_and_takes_down_what_nobody_knows()
    {
        await StartAsync();
        await _cluster.ApplyAsync(GivenPod.Of("kept", GivenPod.Shell("c", Forever)));
        var lost = GivenPod.Of("lost", GivenPod.Shell("c", Forever));
        await _cluster.ApplyAsync(lost);
        var before = await ReadyAsync("kept");
        await ReadyAsync("lost");
        await _cluster.StopAgentAsync();
        var ids = await IdsAsync();
        await _cluster.ForgetAsync("lost");
        var writes = _cluster.Writes("kept");
        await _cluster.StartAgentAsync();
        await GoneAsync(lost, "lost");
        (await IdsAsync()).ShouldBeSubsetOf(ids);
        (await IdsAsync()).Count.ShouldBe(2);
        IdOf(_cluster.Find("kept")!.Status, 0).ShouldBe(IdOf(before, 0));
        _cluster.Writes("kept").ShouldBe(writes, "adoption says nothing new");
    }

    [SkippableFact]
    public async Task Too_much_memory_is_OOMKilled()
    {
        await StartAsync();
        await _cluster.ApplyAsync(GivenPod.Of(
            "hungry", GivenPod.Shell("c", "dd if=/dev/zero of=/dev/null bs=300M count=9") with
            {
                Resources = new() { Limits = new Dictionary<string, Quantity> { ["memory"] = Quantity.Parse("20Mi") } },
            }).With(spec => spec with { RestartPolicy = "Never" }));
        // The engine may tell what killed it a moment after it told that it is dead.
        await UntilAsync("hungry", status => status is
        {
            Phase: "Failed", ContainerStatuses: [{ State.Terminated.Reason: "OOMKilled" }]
        });
    }

    [SkippableFact]
    public async Task Missing_configuration_is_waited_for()
    {
        await StartAsync();
        await _cluster.ApplyAsync(GivenPod.Of(
            "env", GivenPod.Shell("c", "echo $A-$B > /dev/termination-log; " + Forever) with
            {
                EnvFrom = [new() { ConfigMapRef = new() { Name = "cfg" } }],
                Env = [new() { Name = "B", ValueFrom = new() { SecretKeyRef = new() { Name = "sec", Key = "k" } } }],
            }));
        var waiting = await UntilAsync(
            "env", status => status.ContainerStatuses is [{ State.Waiting.Reason: "CreateContainerConfigError" }]);
        waiting.ContainerStatuses[0].State!.Waiting!.Message.ShouldBe("configmap \"cfg\" not found");
        _cluster.Secrets["sec"] =
            new Secret { Data = new Dictionary<string, byte[]> { ["k"] = Encoding.UTF8.GetBytes("secret") } };
        _cluster.ConfigMaps["cfg"] = new ConfigMap { Data = new Dictionary<string, string> { ["A"] = "plain" } };
        await ReadyAsync("env");
        await _cluster.DeleteAsync("env", 5);
        await Eventually.AsyncTrue("last words", () => Seen(string.Join('\n', _cluster.Phases)),
            text => text!.Contains("env gone"));
    }

    [SkippableFact]
    public async Task A_missing_image_shows_the_error_and_then_the_back_off()
    {
        await StartAsync();
        await _cluster.ApplyAsync(GivenPod.Of("noimage", GivenPod.Shell("c", Forever) with
        {
            Image = "127.0.0.1:1/none/such:1",
            ImagePullPolicy = "Always",
        }, GivenPod.Shell("d", Forever) with { Image = "orchestrator-test/none:1", ImagePullPolicy = "Never" },
            GivenPod.Shell("e", Forever) with { Image = "No Image", ImagePullPolicy = "IfNotPresent" }));
        await UntilAsync("noimage",
            status => status.ContainerStatuses is [{ State.Waiting.Reason: "ErrImagePull" }, ..]);
        var status = await UntilAsync("noimage", status => status.ContainerStatuses is
            [{ State.Waiting.Reason: "ImagePullBackOff" }, { State.Waiting.Reason: "ErrImageNeverPull" },
            { State.Waiting.Reason: "InvalidImageName" }]);
        status.Phase.ShouldBe("Pending");
    }

    [SkippableFact]
    public async Task A_container_put_in_sees_the_processes_of_its_target_and_the_network_of_the_pod()
    {
        await StartAsync();
        await _cluster.ApplyAsync(GivenPod.Of("seen", GivenPod.Shell("web", "exec sleep 4321"),
            GivenPod.Shell("side", Forever)));
        var before = await ReadyAsync("seen");
        // The shell that becomes the sleep is no part of what is to be seen.
        const string look = "until grep -q ^sleep /proc/1/cmdline; do sleep 0.1; done; "
            + "tr '\\0' ' ' < /proc/1/cmdline; hostname; cat";
        await PutAsync("seen", GivenPod.Look("look", look, "web") with
        {
            Stdin = true,
            StdinOnce = true,
        });
        var running = await UntilAsync(
            "seen", status => status.EphemeralContainerStatuses is [{ State.Running: not null }]);
        await using var runtime = docker.NewRuntime(_label);
        var id = running.EphemeralContainerStatuses[0].ContainerID!["docker://".Length..];
        await using (var session = await runtime.AttachAsync(id, new(Input: true, Output: true, Error: true), default))
        {
            await session.WriteAsync("typed\n"u8.ToArray(), default);
            await session.EndInputAsync(default);
            var ended = await UntilAsync(
                "seen", status => status.EphemeralContainerStatuses is [{ State.Terminated.ExitCode: 0 }]);
            ended.ContainerStatuses.Select(status => status.ContainerID)
                .ShouldBe(before.ContainerStatuses.Select(status => status.ContainerID));
        }
        using var said = new MemoryStream();
        await runtime.CopyLogsAsync(id, new LogQuery(), said, default);
        Encoding.UTF8.GetString(said.ToArray()).ShouldBe("sleep 4321 seen\ntyped\n");
        _cluster.Events.ShouldContain("seen spec.ephemeralContainers{look} Normal Started: Started container look");
        await GoneAsync(_cluster.Find("seen")!, "seen");
    }

    [SkippableFact]
    public async Task A_container_put_in_ends_with_its_pod_and_not_before()
    {
        await StartAsync();
        var pod = GivenPod.Of("both", GivenPod.Shell("web", "sleep 0.5; exit 1"));
        await _cluster.ApplyAsync(pod);
        await PutAsync("both", GivenPod.Look("look", Forever));
        var status = await UntilAsync("both", status => status.ContainerStatuses is [{ RestartCount: > 0 }]
            && status.EphemeralContainerStatuses is [{ State.Running: not null }]);
        status.EphemeralContainerStatuses[0].RestartCount.ShouldBe(0);
        await GoneAsync(pod, "both");
        _cluster.Events.ShouldContain(
            "both spec.ephemeralContainers{look} Normal Killing: Stopping container look");
    }

    private Task<Pod> PutAsync(string name, EphemeralContainer container) =>
        _cluster.ChangeAsync(name, pod => pod with
        {
            Metadata = pod.Metadata with { Generation = pod.Metadata.Generation + 1 },
            Spec = pod.Spec with { EphemeralContainers = [.. pod.Spec.EphemeralContainers, container] },
        });

    private TestCluster NewCluster() => new(
        () => docker.NewRuntime(_label),
        new NodeAgentOptions
        {
            NodeName = "node-1",
            HostIP = "10.9.8.7",
            DataDirectory = _files.FullName,
            ProgressDelay = TimeSpan.FromSeconds(30)
        },
        TimeProvider.System);

    private async Task StartAsync()
    {
        docker.Need();
        await _cluster.StartAgentAsync();
    }

    private Task<PodStatus> ReadyAsync(string name) => UntilAsync(name, IsReady);

    private async Task<PodStatus> UntilAsync(string name, Func<PodStatus, bool> holds)
    {
        try
        {
            return await Eventually.AsyncTrue($"pod {name}", () => Seen(_cluster.Find(name)?.Status ?? new()),
                status => holds(status!));
        }
        catch (Exception late)
        {
            throw new InvalidOperationException($"pod {name} did not get there: {_cluster.Show(name)}", late);
        }
    }

    private async Task GoneAsync(Pod pod, string name)
    {
        if (_cluster.Find(name)?.Metadata.DeletionTimestamp is null && _cluster.Find(name) is not null)
            await _cluster.DeleteAsync(name, 5);
        await Eventually.AsyncTrue($"nothing is left of {name}", async () =>
        {
            await using var runtime = docker.NewRuntime(_label);
            var left = await runtime.ListAsync(default);
            var folder = Directory.Exists(Path.Combine(_files.FullName, "pods", pod.Metadata.Uid!));
            return (string?)$"{_cluster.Find(name)?.Metadata.Name} {folder} "
                + left.Count(container => container.Labels[ContainerLabels.PodUid] == pod.Metadata.Uid);
        }, text => text == " False 0");
    }

    private async Task<List<string>> IdsAsync()
    {
        await using var runtime = docker.NewRuntime(_label);
        return [.. (await runtime.ListAsync(default)).Select(container => container.Id).Order()];
    }

    private static Task<T?> Seen<T>(T? seen)
        where T : class => Task.FromResult(seen);

    private static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    private static string IdOf(PodStatus status, int index) =>
        status.ContainerStatuses[index].ContainerID!["docker://".Length..];

    private static string Read(string folder, string file) =>
        File.Exists(Path.Combine(folder, file)) ? File.ReadAllText(Path.Combine(folder, file)) : "";
}
