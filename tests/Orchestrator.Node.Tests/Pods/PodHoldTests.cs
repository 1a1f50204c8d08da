using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What the containers of a pod may have of a real machine together.</summary>
public sealed class PodHoldTests(DockerFixture docker) : PodsOnDocker(docker), IClassFixture<DockerFixture>
{
    // Alone it may have them all, and two of them together may not.
    private const string Forks = "exec 2>/dev/termination-log; i=0; "
        + "while [ $i -lt 40 ]; do sleep 600 & i=$((i+1)); done";
    private const string ForksFirst = $"{Forks}; touch /v/forked; wait";
    private const string ForksNext = $"until [ -e /v/forked ]; do sleep 0.1; done; {Forks}; wait";

    [SkippableFact]
    public async Task A11_two_containers_together_do_not_exceed_the_pod_s_limit_of_processes()
    {
        await StartAsync(options => options with { Policy = new() { PodPidsMax = 60 } });
        VolumeMount[] mounts = [new() { Name = "v", MountPath = "/v" }];
        var pod = GivenPod.Of("forks", GivenPod.Shell("first", ForksFirst) with { VolumeMounts = mounts },
                GivenPod.Shell("next", ForksNext) with { VolumeMounts = mounts })
            .With(spec => spec with { RestartPolicy = "Never", Volumes = [new() { Name = "v", EmptyDir = new() }] });
        await Cluster.ApplyAsync(pod);
        var group = await GroupOfAsync(pod, "pids");
        var status = await UntilAsync(
            "forks", status => status.ContainerStatuses is [_, { State.Terminated: not null }]);
        status.ContainerStatuses[0].State?.Running.ShouldNotBeNull();
        status.ContainerStatuses[1].State!.Terminated!.Message.ShouldNotBeNull().ShouldContain("can't fork");
        File.ReadAllText(Path.Combine(group, "pids.max")).Trim().ShouldBe("60");
        int.Parse(File.ReadAllText(Path.Combine(group, "pids.current"))).ShouldBeInRange(1, 60);
        // A restart of the node leaves the group alone; the end of the pod does not.
        await Cluster.StopAgentAsync();
        await Cluster.StartAgentAsync();
        Directory.Exists(group).ShouldBeTrue();
        await Cluster.DeleteAsync("forks", 0);
        await Eventually.AsyncTrue("the group goes with its pod, under every controller",
            () => Task.FromResult<string?>(string.Join('\n', Groups(pod))), text => text!.Length == 0);
    }

    [SkippableFact]
    public async Task A11_limits_of_the_pod_are_the_kernel_s()
    {
        await StartAsync();
        var pod = GivenPod.Of("whole", GivenPod.Shell("a", Forever), GivenPod.Shell("b", Forever) with
        {
            Resources = new() { Limits = Amounts("memory=16Mi") },
        }).With(spec => spec with
        {
            Resources = new() { Limits = Amounts("cpu=500m memory=64Mi"), Requests = Amounts("cpu=500m memory=64Mi") },
        });
        await Cluster.ApplyAsync(pod);
        var status = await ReadyAsync("whole");
        var isUnified = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        var memory = await GroupOfAsync(pod, "memory");
        var cpu = await GroupOfAsync(pod, "cpu");
        File.ReadAllText(Path.Combine(memory, isUnified ? "memory.max" : "memory.limit_in_bytes")).Trim()
            .ShouldBe($"{64 << 20}");
        File.ReadAllText(Path.Combine(cpu, isUnified ? "cpu.max" : "cpu.cfs_quota_us")).ShouldStartWith("50000");
        var limit = "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes 2>/dev/null || cat memory.max";
        (await RunAsync(IdOf(status), limit)).Trim().ShouldBe($"{64 << 20}");
        (await RunAsync(IdOf(status, 1), limit)).Trim().ShouldBe($"{16 << 20}");
    }

    [SkippableFact]
    public async Task A11_huge_pages_that_nobody_can_bound_are_warned_of_once()
    {
        await StartAsync();
        Skip.If(Directory.Exists("/sys/fs/cgroup/hugetlb") || File.Exists("/sys/fs/cgroup/cgroup.controllers"),
            "this machine may bound huge pages");
        var wanted = new ResourceRequirements { Limits = Amounts("hugepages-2Mi=2Mi memory=32Mi") };
        await Cluster.ApplyAsync(GivenPod.Of("one", GivenPod.Shell("c", Forever) with { Resources = wanted }));
        await Cluster.ApplyAsync(GivenPod.Of("two", GivenPod.Shell("c", Forever) with { Resources = wanted }));
        await ReadyAsync("one");
        await ReadyAsync("two");
        Cluster.Events.Where(text => text.Contains("PodsNotBounded")).ShouldBe(
            ["node-1  Warning PodsNotBounded: this node does not bound huge pages of pods as a whole: this machine has "
                + "no controller hugetlb"]);
    }

    [SkippableFact]
    public async Task B20_a_volume_in_huge_pages_is_a_file_system_of_them_and_goes_with_the_pod()
    {
        await StartAsync();
        Skip.IfNot(File.ReadAllText("/proc/filesystems").Contains("hugetlbfs"), "this kernel has no hugetlbfs");
        var pod = GivenPod.Of("huge", GivenPod.Shell("c", Forever) with
        {
            Resources = new()
            {
                Limits = Amounts("hugepages-2Mi=2Mi memory=32Mi"),
                Requests = Amounts("hugepages-2Mi=2Mi memory=32Mi"),
            },
            VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
        }).With(spec => spec with { Volumes = [new() { Name = "v", EmptyDir = new() { Medium = "HugePages" } }] });
        await Cluster.ApplyAsync(pod);
        var status = await ReadyAsync("huge");
        Skip.If(Cluster.Events.Any(text => text.Contains("may not mount")), "this process may not mount");
        (await RunAsync(IdOf(status), "grep ' /v ' /proc/mounts")).ShouldContain(" hugetlbfs ");
        await Cluster.DeleteAsync("huge", 0);
        var folder = Path.Combine(Files.FullName, "pods", pod.Metadata.Uid!);
        await Eventually.AsyncTrue("its folder goes",
            () => Task.FromResult<string?>($"{Directory.Exists(folder)}"), text => text == "False");
        File.ReadAllText("/proc/mounts").ShouldNotContain(pod.Metadata.Uid!);
    }

    // The group of a pod, or why there is none on this machine.
    private async Task<string> GroupOfAsync(Pod pod, string controller)
    {
        // Under each controller it is made one after another.
        var found = await Eventually.AsyncTrue("it is held or said to be not", () => Task.FromResult<string?>(
            Cluster.Events.FirstOrDefault(text => text.Contains("PodsNotBounded")) ?? Groups(pod).SingleOrDefault(
                path => ((string[])[controller, "docker", "system.slice"]).Any(
                    tree => path.StartsWith($"/sys/fs/cgroup/{tree}/", StringComparison.Ordinal)))),
            text => text is not null);
        Skip.IfNot(found.StartsWith('/'), found);
        return found;
    }

    private static List<string> Groups(Pod pod)
    {
        var name = pod.Metadata.Uid!.Replace("-", "*", StringComparison.Ordinal);
        string[] trees = ["/sys/fs/cgroup", .. Directory.EnumerateDirectories("/sys/fs/cgroup")];
        return [.. from tree in trees
            from parent in (string[])["docker", "system.slice"]
            let folder = Path.Combine(tree, parent)
            where Directory.Exists(folder)
            from suffix in (string[])["", ".slice"]
            from path in Directory.EnumerateDirectories(folder, $"*_pod{name}{suffix}")
            select path];
    }

    private static Dictionary<string, Quantity> Amounts(string text) => text.Split(' ').Select(part => part.Split('='))
        .ToDictionary(part => part[0], part => Quantity.Parse(part[1]));
}
