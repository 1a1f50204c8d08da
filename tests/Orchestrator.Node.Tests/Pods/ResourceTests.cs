using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What containers are given of a machine, and what is said of those that wanted more.</summary>
public sealed class ResourceTests(DockerFixture docker) : PodsOnDocker(docker), IClassFixture<DockerFixture>
{
    private const string Device = "/dev/fuse";

    [SkippableFact]
    public async Task A11_limits_of_cpu_memory_and_processes_are_the_kernel_s()
    {
        await StartAsync(options => options with { Policy = new() { PodPidsMax = 50 } });
        var said = await LastWordsAsync(GivenPod.Of("limited", Saying("c",
            "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max 2>/dev/null "
            + "|| cat memory.max cpu.max pids.max") with
        {
            Resources = new()
            {
                Limits = Amounts("cpu=250m memory=32Mi"),
            },
        }));
        var lines = said["c"].Split('\n');
        lines[0].ShouldBe((32 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture));
        lines[1].ShouldStartWith("25000");
        lines[2].ShouldBe("50");
    }

    [SkippableFact]
    public async Task A11_usage_tells_processors_memory_processes_and_network()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("busy", GivenPod.Shell("c", "while true; do :; done")));
        var status = await ReadyAsync("busy");
        await using var runtime = NewRuntime();
        var usage = await Eventually.AsyncTrue("it uses a processor",
            () => runtime.ReadUsageAsync(IdOf(status), true, default),
            usage => usage is { Earlier: { } earlier } && usage.CpuTime > earlier.CpuTime);
        usage.MemoryUsageBytes.ShouldBeGreaterThanOrEqualTo(usage.MemoryBytes);
        usage.MemoryRssBytes.ShouldBeGreaterThan(0);
        usage.ProcessCount.ShouldBe(1);
        usage.PageFaults.ShouldBeGreaterThan(0);
        var sandbox = (await runtime.ListAsync(default)).Single(
            container => container.Labels[ContainerLabels.Role] == Nodes.Pods.PodLabels.InfraRole);
        (await runtime.ReadUsageAsync(sandbox.Id, false, default))!.Interfaces.Keys.ShouldContain("eth0");
        var written = await RunAsync(
            IdOf(status), "dd if=/dev/zero of=/tmp/x bs=1024 count=100 2>/dev/null; echo done");
        written.ShouldBe("done\n");
        var size = (await runtime.ReadSizesAsync([IdOf(status), "no-such-container"], default)).ShouldHaveSingleItem();
        (size.Key, size.Value.LayerBytes).ShouldBe((IdOf(status), 102_400));
        (await runtime.ReadSizesAsync(["no-such-container"], default)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A11_devices_are_given_by_count()
    {
        Skip.IfNot(File.Exists(Device), $"this machine has no {Device}");
        await StartAsync(options => options with
        {
            Policy = new() { Devices = [NodeDevice.Parse($"example.com/fuse={Device}")] },
        });
        await Eventually.AsyncTrue("the node says what it has", () => Task.FromResult(Cluster.Node),
            node => node is { Allocatable.Count: > 0 });
        Cluster.Node!.Allocatable["example.com/fuse"].ToString().ShouldBe("1");
        var wanted = new ResourceRequirements { Limits = Amounts("example.com/fuse=1") };
        await Cluster.ApplyAsync(GivenPod.Of("first",
            GivenPod.Shell("with", Forever) with { Resources = wanted }, GivenPod.Shell("without", Forever)));
        var first = await ReadyAsync("first");
        (await RunAsync(IdOf(first), $"ls {Device}")).ShouldBe($"{Device}\n");
        (await RunAsync(IdOf(first, 1), $"ls {Device} 2>/dev/null; echo none")).ShouldBe("none\n");
        // Also after a restart of the node, which has forgotten all but what it sees.
        await Cluster.StopAgentAsync();
        await Cluster.StartAgentAsync();
        await Cluster.ApplyAsync(GivenPod.Of("second", GivenPod.Shell("with", Forever) with { Resources = wanted }));
        var waiting = await UntilAsync("second",
            status => status.ContainerStatuses is [{ State.Waiting.Reason: "CreateContainerConfigError" }]);
        waiting.ContainerStatuses[0].State!.Waiting!.Message.ShouldBe("Allocate failed due to requested number of "
            + "devices unavailable for example.com/fuse. Requested: 1, Available: 0, which is unexpected");
        await Cluster.DeleteAsync("first", 2);
        await ReadyAsync("second");
    }

    [SkippableFact]
    public async Task A11_a_RuntimeClass_gives_limits_and_what_the_machine_refuses_is_said()
    {
        await StartAsync();
        Cluster.RuntimeClasses["small"] = Class("nofile=512:1024");
        Cluster.RuntimeClasses["large"] = Class("nofile=1048576000:1048576000");
        Cluster.RuntimeClasses["odd"] = Class("nofile=many");
        await Cluster.ApplyAsync(Of("large", GivenPod.Shell("c", Forever)));
        await Cluster.ApplyAsync(Of("odd", GivenPod.Shell("c", Forever)));
        await Cluster.ApplyAsync(Of("none", GivenPod.Shell("c", Forever)));
        (await LastWordsAsync(Of("small", Saying("c", "ulimit -n"))))["c"].ShouldBe("512");
        await ReadyAsync("large");
        Cluster.Events.ShouldContain(text => text.StartsWith("large spec.containers{c} Warning UlimitsNotRaised: the "
            + "machine does not raise the limits of RuntimeClass \"large\""));
        var odd = await UntilAsync("odd", status => status.ContainerStatuses is [{ State.Waiting.Message: not null }]);
        odd.ContainerStatuses[0].State!.Waiting!.Message!.ShouldStartWith(
            "RuntimeClass \"odd\": annotation orchestrator.io/ulimits: \"nofile=many\" is no limit");
        var none = await UntilAsync(
            "none", status => status.ContainerStatuses is [{ State.Waiting.Message: not null }]);
        none.ContainerStatuses[0].State!.Waiting!.Message.ShouldBe("RuntimeClass \"none\" not found");

        static Pod Of(string name, Container container) =>
            GivenPod.Of(name, container).With(spec => spec with { RuntimeClassName = name });
    }

    [SkippableFact]
    public async Task B13_out_of_memory_is_told_also_of_a_child_and_never_guessed_from_137()
    {
        await StartAsync();
        var little = new ResourceRequirements { Limits = Amounts("memory=20Mi") };
        const string Eat = "dd if=/dev/zero of=/dev/null bs=300M count=9";
        await Cluster.ApplyAsync(GivenPod.Of("hungry",
            GivenPod.Shell("self", $"exec {Eat}") with { Resources = little },
            GivenPod.Shell("child", $"{Eat}; exit 3") with { Resources = little },
            GivenPod.Shell("killed", "exit 137") with { Resources = little },
            GivenPod.Shell("plain", "exit 3") with { Resources = little })
            .With(spec => spec with { RestartPolicy = "Never" }));
        // The engine may tell what killed it a moment after it told that it is dead.
        await UntilAsync("hungry", status => status.Phase == "Failed" && status.ContainerStatuses.Select(
                one => $"{one.Name} {one.State!.Terminated!.Reason} {one.State.Terminated.ExitCode}")
            .SequenceEqual(["self OOMKilled 137", "child OOMKilled 3", "killed Error 137", "plain Error 3"]));
    }

    [SkippableFact]
    public async Task B14_last_words_come_from_the_file_or_from_the_end_of_the_log()
    {
        await StartAsync();
        const string Talk = "for i in $(seq -w 1 200); do echo line 0$i of the log of this container; done";
        await Cluster.ApplyAsync(GivenPod.Of("words",
            GivenPod.Shell("path", "echo elsewhere > /tmp/last; exit 1") with
            {
                TerminationMessagePath = "/tmp/last",
            },
            GivenPod.Shell("log", $"{Talk}; exit 1") with { TerminationMessagePolicy = "FallbackToLogsOnError" },
            GivenPod.Shell("lines", "seq 1 200; exit 1") with { TerminationMessagePolicy = "FallbackToLogsOnError" },
            GivenPod.Shell("both", "echo file > /dev/termination-log; echo log; exit 1") with
            {
                TerminationMessagePolicy = "FallbackToLogsOnError",
            },
            GivenPod.Shell("well", "echo log") with { TerminationMessagePolicy = "FallbackToLogsOnError" },
            GivenPod.Shell("file", "echo log; exit 1"),
            GivenPod.Shell("long", "printf '%05000d' 7 > /dev/termination-log; exit 1"))
            .With(spec => spec with { RestartPolicy = "Never" }));
        var ended = await UntilAsync("words", status => status.Phase == "Failed");
        var said = ended.ContainerStatuses.ToDictionary(
            status => status.Name, status => status.State!.Terminated!.Message ?? "");
        said["path"].ShouldBe("elsewhere\n");
        said["log"].Length.ShouldBeInRange(1900, 2048);
        said["log"].ShouldEndWith("line 0200 of the log of this container\n");
        said["lines"].ShouldBe(string.Concat(Enumerable.Range(121, 80).Select(number => $"{number}\n")));
        said["both"].ShouldBe("file\n");
        said["well"].ShouldBe("");
        said["file"].ShouldBe("");
        said["long"].Length.ShouldBe(4096);
        said["long"].ShouldEndWith("7");
        var explained = Cluster.Explanations.Single(
            text => text.StartsWith("words Terminated: container log ended with exit code 1"));
        explained.ShouldContain("line 0200 of the log");
        explained.ShouldContain("line 0110 of the log", customMessage: "4 KiB are about 100 lines");
        explained.ShouldNotContain("line 0001 of the log");
    }

    [SkippableFact]
    public async Task B25_the_class_of_service_decides_who_is_killed_first()
    {
        await StartAsync();
        const string Score = "cat /proc/self/oom_score_adj";
        var best = LastWordsAsync(GivenPod.Of("best", Saying("c", Score)));
        var most = LastWordsAsync(GivenPod.Of("most", Saying("c", Score) with
        {
            Resources = new() { Requests = Amounts("memory=10Mi") },
        }));
        var all = LastWordsAsync(GivenPod.Of("all", Saying("c", Score) with
        {
            Resources = new() { Limits = Amounts("cpu=1 memory=64Mi"), Requests = Amounts("cpu=1 memory=64Mi") },
        }).With(spec => spec with
        {
            InitContainers =
            [
                GivenPod.Shell("i", "true") with
                {
                    Resources = new()
                    {
                        Limits = Amounts("cpu=1 memory=64Mi"), Requests = Amounts("cpu=1 memory=64Mi"),
                    },
                },
            ],
        }));
        (await best)["c"].ShouldBe("1000");
        int.Parse((await most)["c"]).ShouldBeInRange(3, 999);
        await using var runtime = NewRuntime();
        // It finds out what the machine lets it do when it is to make such a container.
        await runtime.CreateAsync(Docker.Spec("/bin/true") with { OomScoreAdj = -1 }, default);
        var isProtected = !(await runtime.DescribeAsync(default)).Warnings.Any(text => text.Contains("oom_score_adj"));
        (await all)["c"].ShouldBe(isProtected ? "-997" : "0");
        Cluster.Find("best")!.Status.QosClass.ShouldBe("BestEffort");
        Cluster.Find("most")!.Status.QosClass.ShouldBe("Burstable");
        Cluster.Find("all")!.Status.QosClass.ShouldBe("Guaranteed");
    }

    private static Api.Nodes.V1.RuntimeClass Class(string ulimits) => new()
    {
        Metadata = new() { Annotations = new Dictionary<string, string> { [ContainerUlimit.Annotation] = ulimits } },
        Handler = "runc",
    };

    private static Dictionary<string, Quantity> Amounts(string text) => text.Split(' ').Select(part => part.Split('='))
        .ToDictionary(part => part[0], part => Quantity.Parse(part[1]));
}
