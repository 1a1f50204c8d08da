using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What may change of a pod that runs, and what that does to its containers.</summary>
public sealed class ResizeTests(DockerFixture docker) : PodsOnDocker(docker), IClassFixture<DockerFixture>
{
    private const string Read =
        "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.shares 2>/dev/null "
        + "|| cat memory.max cpu.max cpu.weight";

    [SkippableFact]
    public async Task B49_a_resize_changes_the_running_container_and_the_status_tells_the_truth()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("grows",
            Sized("c", "cpu=100m memory=64Mi", "cpu=200m memory=64Mi"), GivenPod.Shell("d", Forever)));
        var before = await ReadyAsync("grows");
        before.ContainerStatuses[0].AllocatedResources["cpu"].ToString().ShouldBe("100m");
        await UpdateAsync("grows", Resized("c", "cpu=250m memory=96Mi", "cpu=500m memory=96Mi"));
        var after = await UntilAsync("grows", status => status.ObservedGeneration == 2 && Given(status, "cpu=500m"));
        IdOf(after).ShouldBe(IdOf(before));
        after.ContainerStatuses[0].RestartCount.ShouldBe(0);
        after.ContainerStatuses[0].AllocatedResources["cpu"].ToString().ShouldBe("250m");
        after.ContainerStatuses[0].Resources!.Requests["cpu"].ToString().ShouldBe("250m");
        after.ContainerStatuses[0].Resources!.Limits["memory"].ToString().ShouldBe("96Mi");
        after.Conditions.ShouldNotContain(condition => condition.Type.StartsWith("PodResize"));
        var lines = (await RunAsync(IdOf(after), Read)).Split('\n');
        lines[0].ShouldBe((96 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture));
        lines[1].ShouldStartWith("50000");
        if (lines[2].Length > 2) lines[2].ShouldBe("256");
        Cluster.Events.ShouldContain(text => text.StartsWith("grows  Normal ResizeStarted: Pod resize started: "));
        Cluster.Events.ShouldContain(text => text.StartsWith("grows  Normal ResizeCompleted: Pod resize completed: "));
        // A node that starts anew finds nothing to do.
        await Cluster.StopAgentAsync();
        await Cluster.StartAgentAsync();
        await UpdateAsync("grows", Resized("c", "cpu=100m memory=64Mi", "cpu=200m memory=64Mi"));
        var back = await UntilAsync("grows", status => status.ObservedGeneration == 3 && Given(status, "cpu=200m"));
        IdOf(back).ShouldBe(IdOf(before));
    }

    [SkippableFact]
    public async Task B49_a_container_whose_policy_asks_for_it_is_restarted_alone()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("picky",
            Sized("c", "cpu=100m memory=64Mi", "cpu=200m memory=64Mi") with
            {
                ResizePolicy = [new() { ResourceName = "memory", RestartPolicy = "RestartContainer" }],
            }, GivenPod.Shell("d", Forever)).With(spec => spec with { RestartPolicy = "OnFailure" }));
        var before = await ReadyAsync("picky");
        await UpdateAsync("picky", Resized("c", "cpu=100m memory=64Mi", "cpu=400m memory=64Mi"));
        var live = await UntilAsync("picky", status => Given(status, "cpu=400m"));
        live.ContainerStatuses[0].RestartCount.ShouldBe(0, "the policy names memory only");
        await UpdateAsync("picky", Resized("c", "cpu=100m memory=80Mi", "cpu=400m memory=80Mi"));
        var after = await UntilAsync("picky",
            status => status.ContainerStatuses[0].RestartCount == 1 && Given(status, "memory=80Mi") && IsReady(status));
        IdOf(after, 1).ShouldBe(IdOf(before, 1));
        after.PodIP.ShouldBe(before.PodIP);
        after.ContainerStatuses[0].LastState!.Terminated!.ExitCode.ShouldBe(0);
        Cluster.Events.ShouldContain(
            "picky spec.containers{c} Normal Killing: Container c resize requires restart");
    }

    [SkippableFact]
    public async Task B49_what_has_no_room_waits_or_can_never_be()
    {
        await StartAsync(options => options with { ReservedCpuMilli = 0 });
        await Cluster.ApplyAsync(GivenPod.Of("other", Sized("c", "cpu=1500m", "")));
        await Cluster.ApplyAsync(GivenPod.Of("small", Sized("c", "cpu=100m", "")));
        await ReadyAsync("other");
        var before = await ReadyAsync("small");
        var machine = Cluster.Node!.Allocatable["cpu"].MilliValue;
        await UpdateAsync("small", Resized("c", $"cpu={machine}m", ""));
        var deferred = await UntilAsync("small",
            status => Pending(status) is { Reason: "Deferred" } && status.ObservedGeneration == 2);
        Pending(deferred)!.Message.ShouldBe("Node didn't have enough resource: "
            + $"cpu, requested: {machine}, used: 1500, capacity: {machine}");
        deferred.ContainerStatuses[0].AllocatedResources["cpu"].ToString().ShouldBe("100m");
        Pending(deferred)!.ObservedGeneration.ShouldBe(2);
        await UpdateAsync("small", Resized("c", $"cpu={machine + 1}m", ""));
        var never = await UntilAsync("small", status => Pending(status) is { Reason: "Infeasible" });
        Pending(never)!.Message.ShouldBe(
            $"Node didn't have enough capacity: cpu, requested: {machine + 1}, capacity: {machine}");
        await UpdateAsync("small", Resized("c", $"cpu={machine - 1000}m", ""));
        await UntilAsync("small", status => Pending(status) is { Reason: "Deferred" });
        await UpdateAsync("other", Resized("c", "cpu=500m", ""));
        var after = await UntilAsync("small",
            status => Pending(status) is null && status.ContainerStatuses[0].AllocatedResources["cpu"].MilliValue
                == machine - 1000);
        IdOf(after).ShouldBe(IdOf(before));
    }

    [SkippableFact]
    public async Task B49_memory_in_use_is_not_taken_away()
    {
        await StartAsync();
        // Arithmetic on a long text keeps it in memory.
        await Cluster.ApplyAsync(GivenPod.Of("full", Sized("c", "memory=64Mi", "memory=128Mi") with
        {
            Command = ["/bin/sh", "-c", "x=$(printf '%030000000d' 7); echo up > /dev/termination-log; " + Forever],
        }));
        var before = await ReadyAsync("full");
        await using var runtime = NewRuntime();
        await Eventually.AsyncTrue("it holds memory", () => runtime.ReadUsageAsync(IdOf(before), false, default),
            usage => usage is { MemoryBytes: > 20 << 20 });
        await UpdateAsync("full", Resized("c", "memory=8Mi", "memory=10Mi"));
        var refused = await UntilAsync("full", status => Progress(status) is { Reason: "Error" });
        Progress(refused)!.Message!.ShouldStartWith("cannot decrease memory limits: attempting to set container \"c\" "
            + "memory limit (10485760) below current usage (");
        refused.ContainerStatuses[0].Resources!.Limits["memory"].ToString().ShouldBe("128Mi");
        refused.ContainerStatuses[0].AllocatedResources["memory"].ToString().ShouldBe("8Mi");
        await UpdateAsync("full", Resized("c", "memory=64Mi", "memory=100Mi"));
        var after = await UntilAsync("full", status => Given(status, "memory=100Mi") && Progress(status) is null);
        (IdOf(after), after.ContainerStatuses[0].RestartCount).ShouldBe((IdOf(before), 0));
    }

    [SkippableFact]
    public async Task B22_a_new_image_restarts_its_container_alone_a_sidecar_s_too()
    {
        await StartAsync();
        var side = GivenPod.Shell("side", Forever) with { RestartPolicy = "Always" };
        await Cluster.ApplyAsync(GivenPod.Of("images", GivenPod.Shell("c", Forever), GivenPod.Shell("d", Forever))
            .With(spec => spec with { InitContainers = [side] }));
        var before = await ReadyAsync("images");
        await using var runtime = NewRuntime();
        // The same image under its own id is another text in the spec.
        var id = (await runtime.FindImageAsync(DockerFixture.Image, default))!.Id;
        await UpdateAsync("images", spec => spec with { InitContainers = [side with { Image = id }] });
        var after = await UntilAsync("images",
            status => status.InitContainerStatuses is [{ RestartCount: 1, State.Running: not null }]);
        after.ContainerStatuses.Select(status => status.ContainerID)
            .ShouldBe(before.ContainerStatuses.Select(status => status.ContainerID));
        await UpdateAsync("images", spec => spec with
        {
            Containers = [spec.Containers[0] with { Image = id }, spec.Containers[1]],
        });
        var last = await UntilAsync(
            "images", status => status.ContainerStatuses[0].RestartCount == 1 && IsReady(status));
        last.ContainerStatuses[1].ContainerID.ShouldBe(before.ContainerStatuses[1].ContainerID);
        last.InitContainerStatuses[0].ContainerID.ShouldBe(after.InitContainerStatuses[0].ContainerID);
        last.PodIP.ShouldBe(before.PodIP);
    }

    private static PodCondition? Pending(PodStatus status) =>
        status.Conditions.FirstOrDefault(condition => condition.Type == "PodResizePending");

    private static PodCondition? Progress(PodStatus status) =>
        status.Conditions.FirstOrDefault(condition => condition.Type == "PodResizeInProgress");

    private static bool Given(PodStatus status, string limit)
    {
        var (name, amount) = Amounts(limit).Single();
        return status.ContainerStatuses[0].Resources?.Limits.GetValueOrDefault(name) == amount;
    }

    private static Container Sized(string name, string requests, string limits) =>
        GivenPod.Shell(name, Forever) with { Resources = Resources(requests, limits) };

    private static Func<PodSpec, PodSpec> Resized(string name, string requests, string limits) => spec => spec with
    {
        Containers = [.. spec.Containers.Select(container =>
            container.Name == name ? container with { Resources = Resources(requests, limits) } : container)],
    };

    private static ResourceRequirements Resources(string requests, string limits) =>
        new() { Requests = Amounts(requests), Limits = Amounts(limits) };

    private static Dictionary<string, Quantity> Amounts(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('='))
            .ToDictionary(part => part[0], part => Quantity.Parse(part[1]));
}
