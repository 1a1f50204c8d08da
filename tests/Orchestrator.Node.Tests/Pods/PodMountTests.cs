using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>How volumes are mounted into real containers, and the files that a pod has by itself.</summary>
public sealed class PodMountTests(DockerFixture docker) : DockerPodScene(docker), IClassFixture<DockerFixture>
{
    [SkippableFact]
    public async Task A1_Hosts_names_and_name_servers_are_as_the_pod_says()
    {
        await StartAsync();
        const string script = "hostname; cat /etc/hosts; cat /etc/resolv.conf";
        await Cluster.ApplyAsync(Once("named", script).With(spec => spec with
        {
            Hostname = "h",
            Subdomain = "sub",
            SetHostnameAsFQDN = true,
            HostAliases = [new() { Ip = "1.2.3.4", Hostnames = ["other"] }],
            DnsPolicy = "None",
            DnsConfig = new()
            {
                Nameservers = ["1.1.1.1", "2.2.2.2"],
                Searches = ["a.example", "b.example"],
                Options = [new() { Name = "ndots", Value = "3" }, new() { Name = "edns0" }],
            },
        }));
        await Cluster.ApplyAsync(Once("added", script).With(spec => spec with
        {
            DnsPolicy = "Default",
            DnsConfig = new() { Searches = ["added.example"] },
        }));
        await Cluster.ApplyAsync(Always(new string('n', 60), Forever).With(spec => spec with
        {
            Subdomain = "sub",
            SetHostnameAsFQDN = true,
        }));
        var named = await OutputAsync("named");
        named.ShouldStartWith("h.sub.default.svc.cluster.local\n");
        named.ShouldContain("\th.sub.default.svc.cluster.local\th\n");
        named.ShouldContain("1.2.3.4\tother\n");
        named.ShouldEndWith(
            "search a.example b.example\nnameserver 1.1.1.1\nnameserver 2.2.2.2\noptions ndots:3 edns0\n");
        (await OutputAsync("added")).ShouldMatch("search .*added.example\n");
        await Eventually.AsyncTrue("a name too long is refused",
            () => Task.FromResult<string?>(string.Join('\n', Cluster.Events)), text => text!.Contains(
                "Warning FailedCreatePodSandBox: Failed to create pod sandbox: Failed to construct FQDN from pod "
                + "hostname and cluster domain"));
    }

    [SkippableFact]
    public async Task A13_Parts_of_volumes_are_mounted()
    {
        await StartAsync();
        const string script = "echo $(ls /own) $(ls /all); touch /ro/x 2>/dev/null || echo refused";
        var pod = Once("parts", script, container => container with
        {
            Env = [new() { Name = "POD", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } }],
            VolumeMounts =
            [
                new() { Name = "v", MountPath = "/own", SubPathExpr = "logs/$(POD)" },
                new() { Name = "v", MountPath = "/all" },
                new() { Name = "v", MountPath = "/ro", ReadOnly = true, RecursiveReadOnly = "IfPossible" },
            ],
        }).With(spec => spec with
        {
            InitContainers = [GivenPod.Shell("i", "echo 1 > /v/logs/parts/one") with
            {
                VolumeMounts = [new() { Name = "v", MountPath = "/v" },
                    new() { Name = "v", MountPath = "/unused", SubPath = "logs/parts" }],
            }],
            Volumes = [new() { Name = "v", EmptyDir = new() }],
        });
        await Cluster.ApplyAsync(pod);
        await ApplyRefusedAsync("noenv", new() { Name = "v", MountPath = "/v", SubPathExpr = "$(NO)/$(NOR)" });
        await ApplyRefusedAsync("rro",
            new() { Name = "v", MountPath = "/v", ReadOnly = true, RecursiveReadOnly = "Enabled" });
        (await OutputAsync("parts")).ShouldBe("one logs\nrefused\n");
        (await RefusalAsync("noenv")).ShouldBe("missing value for NO, NOR");
        (await RefusalAsync("rro")).ShouldBe(
            "volume \"v\" requested recursive read-only mode, but it is not supported by the runtime");
    }

    [SkippableTheory]
    [InlineData("DirectoryOrCreate", "made/deep", "")]
    [InlineData("FileOrCreate", "file", "")]
    [InlineData("", "any", "")]
    [InlineData("CharDevice", "/dev/null", "")]
    [InlineData("Socket", "/var/run/docker.sock", "")]
    [InlineData("Directory", "/dev/null", "/dev/null is not a directory")]
    [InlineData("DirectoryOrCreate", "/dev/null", "/dev/null is not a directory")]
    [InlineData("File", "/dev/null", "/dev/null is not a file")]
    [InlineData("FileOrCreate", "/dev", "/dev is not a file")]
    [InlineData("Socket", "/dev/null", "/dev/null is not a socket file")]
    [InlineData("CharDevice", "/etc/hosts", "/etc/hosts is not a character device")]
    [InlineData("BlockDevice", "/dev/null", "/dev/null is not a block device")]
    public async Task A13_A_host_path_is_what_it_is_said_to_be(string type, string path, string refusal)
    {
        await StartAsync();
        var full = path.StartsWith('/') ? path : Path.Combine(Files.FullName, path);
        await Cluster.ApplyAsync(Once("host", "ls -d /h", container => container with
        {
            VolumeMounts = [new() { Name = "h", MountPath = "/h" }],
        }).With(spec => spec with
        {
            Volumes = [new() { Name = "h", HostPath = new() { Path = full, Type = type } }],
        }));
        if (refusal.Length == 0) (await OutputAsync("host")).ShouldBe("/h\n");
        else
        {
            await Eventually.AsyncTrue("it says what it is not",
                () => Task.FromResult<string?>(string.Join('\n', Cluster.Events)), text => text!.Contains(
                    $"MountVolume.SetUp failed for volume \"h\" : hostPath type check failed: {refusal}"));
        }
    }

    [SkippableFact]
    public async Task A13_Mounts_go_from_the_machine_to_a_container_that_asks_for_them()
    {
        await StartAsync();
        var shared = Directory.CreateDirectory(Path.Combine(Files.FullName, "shared")).FullName;
        Skip.If(Posix.MountMemory(shared, 0) is not null, "this process may not mount");
        var later = Path.Combine(shared, "later");
        try
        {
            await MountAsync("--make-shared", shared);
            Directory.CreateDirectory(later);
            await Cluster.ApplyAsync(Sees("slave", "HostToContainer", shared));
            await Cluster.ApplyAsync(Sees("private", "None", shared));
            await RunningAsync("slave");
            await RunningAsync("private");
            Posix.MountMemory(later, 0).ShouldBeNull();
            File.WriteAllText(Path.Combine(later, "file"), "seen");
            await SaysAsync("slave", "seen.");
            await SaysAsync("private", ".");
            (await LogAsync("private")).ShouldNotContain("seen");
        }
        finally
        {
            Posix.Unmount(later);
            Posix.Unmount(shared);
        }

        static Pod Sees(string name, string propagation, string path) => Always(name,
            "trap 'exit 0' TERM; while true; do echo $(cat /h/later/file 2>/dev/null).; sleep 0.1; done",
            container => container with
            {
                VolumeMounts = [new() { Name = "h", MountPath = "/h", MountPropagation = propagation }],
            }).With(spec => spec with { Volumes = [new() { Name = "h", HostPath = new() { Path = path } }] });
    }

    private static async Task MountAsync(params string[] words)
    {
        using var ran = System.Diagnostics.Process.Start("mount", words);
        await ran.WaitForExitAsync();
        ran.ExitCode.ShouldBe(0);
    }

    private Task<Pod> ApplyRefusedAsync(string name, VolumeMount mount) => Cluster.ApplyAsync(
        Always(name, Forever, container => container with { VolumeMounts = [mount] })
            .With(spec => spec with { Volumes = [new() { Name = "v", EmptyDir = new() }] }));

    private async Task<string> RefusalAsync(string name)
    {
        var status = await UntilAsync(name, status => status.ContainerStatuses is [
            {
                State.Waiting.Reason:
            "CreateContainerConfigError"
            }]);
        return status.ContainerStatuses[0].State!.Waiting!.Message!;
    }
}
