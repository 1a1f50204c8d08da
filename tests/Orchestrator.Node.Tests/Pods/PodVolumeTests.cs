using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What processes of real containers find in their volumes, and what becomes of it.</summary>
public sealed class PodVolumeTests(DockerFixture docker) : DockerPodScene(docker), IClassFixture<DockerFixture>
{
    protected override NodeAgentOptions Options => base.Options with
    {
        MemoryDirectory = Path.Combine(Files.FullName, "memory"),
        // Changes are to arrive because the node hears of them, not because it looks now and then.
        RelistPeriod = TimeSpan.FromMinutes(10),
        ReconnectDelayMin = TimeSpan.FromMilliseconds(100),
    };

    [SkippableFact]
    public async Task A13_A_volume_is_shared_outlives_containers_and_goes_with_its_pod()
    {
        await StartAsync();
        var mounts = new[] { new VolumeMount { Name = "v", MountPath = "/v" } };
        var pod = GivenPod.Of("shared",
            GivenPod.Shell("a", "echo x >> /v/a; " + Forever) with { VolumeMounts = mounts },
            GivenPod.Shell("b", "while true; do echo $(cat /v/a) .; sleep 0.1; done") with { VolumeMounts = mounts })
            .With(spec => spec with { Volumes = [Empty("v")] });
        await Cluster.ApplyAsync(pod);
        await RunningAsync("shared");
        await Eventually.AsyncTrue("b reads a", async () => (string?)await LogAsync("shared", 1),
            text => text!.EndsWith("x .\n"));
        await KillAsync("shared");
        await UntilAsync("shared", status => status.ContainerStatuses[0].RestartCount == 1);
        await Eventually.AsyncTrue("b reads both", async () => (string?)await LogAsync("shared", 1),
            text => text!.EndsWith("x x .\n"));
        await GoneAsync(pod);
    }

    [SkippableFact]
    public async Task B18_Files_change_at_once_and_together_but_not_sub_paths_variables_and_what_is_immutable()
    {
        await StartAsync();
        Cluster.ConfigMaps["c"] = Map(false, "old");
        Cluster.ConfigMaps["fixed"] = Map(true, "old");
        const string script = "trap 'exit 0' TERM; while true; do "
            + "echo $(cat /c/k) $(cat /sub) $V $(cat /fixed/k) $(busybox readlink /c/k); sleep 0.05; done";
        await Cluster.ApplyAsync(Always("live", script, container => container with
        {
            Env = [new() { Name = "V", ValueFrom = new() { ConfigMapKeyRef = new() { Name = "c", Key = "k" } } }],
            VolumeMounts =
            [
                new() { Name = "c", MountPath = "/c" }, new() { Name = "c", MountPath = "/sub", SubPath = "k" },
                new() { Name = "fixed", MountPath = "/fixed" },
            ],
        }).With(spec => spec with
        {
            Volumes =
            [
                new() { Name = "c", ConfigMap = new() { Name = "c" } },
                new() { Name = "fixed", ConfigMap = new() { Name = "fixed" } },
            ],
        }));
        await RunningAsync("live");
        await SaysAsync("live", "old old old old ..data/k");
        Cluster.ConfigMaps["c"] = Map(false, "new");
        Cluster.ConfigMaps["fixed"] = Map(true, "new");
        // Long before the next list; how soon is told in virtual time.
        await Cluster.NoticeAsync("ConfigMap", "fixed");
        await Cluster.NoticeAsync("ConfigMap", "c");
        await SaysAsync("live", "new old old old ..data/k");
        await KillAsync("live");
        await UntilAsync("live", status => status.ContainerStatuses[0].RestartCount == 1);
        await SaysAsync("live", "new new new old ..data/k");
    }

    [SkippableFact]
    public async Task B18_Modes_items_and_what_is_optional()
    {
        await StartAsync();
        Cluster.Secrets["s"] = new()
        {
            Data = new Dictionary<string, byte[]> { ["a"] = "A"u8.ToArray(), ["b"] = "B"u8.ToArray() },
        };
        const string script = "cd /s; echo $(ls -a); ls -lL deep/a b | busybox cut -c1-10; cat deep/a b";
        await Cluster.ApplyAsync(Once("modes", script,
            container => container with { VolumeMounts = [new() { Name = "s", MountPath = "/s" }] })
            .With(spec => spec with
            {
                Volumes =
                [
                    new()
                    {
                        Name = "s",
                        Projected = new()
                        {
                            DefaultMode = 0b100_000_000,
                            Sources =
                            [
                                new()
                                {
                                    Secret = new()
                                    {
                                        Name = "s",
                                        Items = [new() { Key = "a", Path = "deep/a", Mode = 0b111_101_101 },
                                            new() { Key = "b", Path = "b" }],
                                    },
                                },
                                new() { ConfigMap = new() { Name = "absent", Optional = true } },
                            ],
                        },
                    },
                ],
            }));
        await Cluster.ApplyAsync(Once("waits", "cat /s/k", container => container with
        {
            VolumeMounts = [new() { Name = "s", MountPath = "/s" }],
        }).With(spec => spec with { Volumes = [new() { Name = "s", ConfigMap = new() { Name = "later" } }] }));
        var lines = (await OutputAsync("modes")).Split('\n');
        lines[0].ShouldStartWith(". .. ..");
        lines[0].ShouldEndWith(" ..data b deep");
        lines[1..3].ShouldBe(["-r--------", "-rwxr-xr-x"]);
        lines[3].ShouldBe("AB");
        await Eventually.AsyncTrue("it says what is missing",
            () => Task.FromResult<string?>(string.Join('\n', Cluster.Events)), text => text!.Contains(
                "waits  Warning FailedMount: MountVolume.SetUp failed for volume \"s\" : configmap \"later\" not "
                + "found"));
        Cluster.ConfigMaps["later"] = Map(false, "came");
        await Cluster.NoticeAsync("ConfigMap", "later");
        (await OutputAsync("waits")).ShouldBe("came");
    }

    [SkippableFact]
    public async Task B19_The_group_of_the_pod_owns_its_volumes_but_no_host_path()
    {
        await StartAsync();
        Skip.IfNot(System.Environment.IsPrivilegedProcess, "only root gives files to a group");
        var host = Directory.CreateDirectory(Path.Combine(Files.FullName, "host"));
        File.SetUnixFileMode(host.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Cluster.ConfigMaps["c"] = Map(false, "v");
        const string script = "id; ls -ldn /e | busybox cut -c1-10; echo x > /e/new; ls -ln /e/new; "
            + "ls -lnL /c/k | busybox cut -c1-10; cat /c/k; echo; ls -ldn /h | busybox cut -c1-10; "
            + "touch /h/no 2>/dev/null || echo refused";
        var pod = Once("group", script, container => container with
        {
            VolumeMounts = [new() { Name = "e", MountPath = "/e" }, new() { Name = "c", MountPath = "/c" },
                new() { Name = "h", MountPath = "/h" }],
        }).With(spec => spec with
        {
            SecurityContext = new() { FsGroup = 4321, RunAsUser = 1000, RunAsGroup = 1001, SupplementalGroups = [77] },
            Volumes = [Empty("e"), new() { Name = "h", HostPath = new() { Path = host.FullName, Type = "Directory" } },
                new() { Name = "c", ConfigMap = new() { Name = "c", DefaultMode = 0b110_000_000 } }],
        });
        await Cluster.ApplyAsync(pod);
        var text = await OutputAsync("group");
        text.ShouldContain("uid=1000 gid=1001 groups=");
        text.ShouldContain("77");
        text.ShouldContain("drwxrwsrwx\n");
        text.ShouldMatch("-rw-r--r-- +1 1000 +4321 ");
        text.ShouldContain("-rw-r-----\nv");
        text.ShouldContain("drwx---r-x\n");
        text.ShouldContain("refused\n");
    }

    [SkippableFact]
    public async Task B19_A_named_user_cannot_be_known_not_to_be_root()
    {
        await StartAsync();
        await Cluster.ApplyAsync(Always("root", Forever).With(spec => spec with
        {
            SecurityContext = new() { RunAsNonRoot = true },
        }));
        await Cluster.ApplyAsync(Always("strict", Forever).With(spec => spec with
        {
            SecurityContext = new() { SupplementalGroupsPolicy = "Strict", RunAsUser = 1 },
        }));
        var status = await UntilAsync("root", status => status.ContainerStatuses is [
            {
                State.Waiting.Reason:
            "CreateContainerConfigError"
            }]);
        status.ContainerStatuses[0].State!.Waiting!.Message!
            .ShouldStartWith("container has runAsNonRoot and image will run as root (pod: \"root_default(");
        await UntilAsync("strict", status => status.ContainerStatuses is [{ State.Waiting.Message: { } why }]
            && why.StartsWith("supplementalGroupsPolicy Strict needs runAsGroup"));
    }

    [SkippableFact]
    public async Task B20_A_pod_that_fills_its_volume_is_evicted()
    {
        await StartAsync();
        Pod Fills(string name, string size) => Always(name,
            $"trap 'exit 0' TERM; dd if=/dev/zero of=/v/f bs=1k count={size}; while true; do sleep 0.1; done",
            container => container with { VolumeMounts = [new() { Name = "v", MountPath = "/v" }] })
            .With(spec => spec with { Volumes = [Empty("v", limit: "1Mi")] });
        var full = Fills("full", "2048");
        await Cluster.ApplyAsync(full);
        await Cluster.ApplyAsync(Fills("fits", "512"));
        var status = await UntilAsync("full", status => status.Phase == "Failed");
        status.Reason.ShouldBe("Evicted");
        status.Message.ShouldBe("Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ");
        status.ContainerStatuses[0].State!.Terminated.ShouldNotBeNull();
        Cluster.Events.ShouldContain(
            "full  Warning Evicted: Usage of EmptyDir volume \"v\" exceeds the limit \"1Mi\". ");
        Cluster.Events.Count(text => text.StartsWith("full  Warning Evicted")).ShouldBe(1);
        (await RunningAsync("fits")).Phase.ShouldBe("Running");
        await GoneAsync(full);
    }

    [SkippableFact]
    public async Task B20_A_volume_in_memory_is_as_large_as_it_may_be()
    {
        await StartAsync();
        const string script = "busybox df -k /v | tail -n 1; "
            + "dd if=/dev/zero of=/v/f bs=1k count=3000 2>/dev/null || echo full; ";
        var pod = Always("memory", script + Forever, container => container with
        {
            VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
        }).With(spec => spec with { Volumes = [Empty("v", "Memory", "2Mi")] });
        await Cluster.ApplyAsync(pod);
        await Cluster.ApplyAsync(
            Always("huge", Forever).With(spec => spec with { Volumes = [Empty("v", "HugePages")] }));
        await RunningAsync("memory");
        Skip.If(Cluster.Events.Any(text => text.Contains("may not mount")), "this process may not mount");
        await SaysAsync("memory", "full");
        (await LogAsync("memory")).ShouldMatch("tmpfs +2048 ");
        await Eventually.AsyncTrue("huge pages are refused",
            () => Task.FromResult<string?>(string.Join('\n', Cluster.Events)),
            text => text!.Contains("\"v\" : medium HugePages: hugePages storage requested, but there is no resource"));
        await GoneAsync(pod);
        Directory.Exists(Path.Combine(Files.FullName, "memory", pod.Metadata.Uid!)).ShouldBeFalse();
    }

    private static Volume Empty(string name, string? medium = null, string? limit = null) => new()
    {
        Name = name,
        EmptyDir = new() { Medium = medium, SizeLimit = limit is null ? null : Quantity.Parse(limit) },
    };

    private static ConfigMap Map(bool isImmutable, string value) =>
        new() { Immutable = isImmutable, Data = new Dictionary<string, string> { ["k"] = value } };
}
