using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What pods claim, on the real engine: in directories of this machine.</summary>
public sealed class ClaimedVolumeTests(DockerFixture docker) : IClassFixture<DockerFixture>, IAsyncLifetime
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("claims");
    private readonly string _label = $"test/claims-{System.Environment.ProcessId}-{System.Environment.TickCount64}";
    private TestCluster _cluster = null!;

    public Task InitializeAsync()
    {
        _cluster = NewCluster();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        if (docker.Absence is null)
        {
            await using var runtime = docker.NewRuntime(_label);
            foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
        }
        _files.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task A13_persistent_files_outlive_the_pod_and_go_with_their_volume()
    {
        await StartAsync();
        var handle = GivenClaim.Ours(_cluster, "data");
        var first = GivenClaim.Using("first", "data", "id > /kept/who && echo one > /kept/count");
        await _cluster.ApplyAsync(first);
        await EndedAsync("first", "Succeeded");
        await GoneAsync(first);
        var folder = Path.Combine(_files.FullName, "volumes", handle);
        File.ReadAllText(Path.Combine(folder, "count")).ShouldBe("one\n");
        File.GetUnixFileMode(folder).ShouldBe((UnixFileMode)0b111_111_111);
        await _cluster.ApplyAsync(
            GivenClaim.Using("second", "data", "echo two >> /kept/count && cat /kept/count > /dev/termination-log"));
        var status = await EndedAsync("second", "Succeeded");
        status.ContainerStatuses[0].State!.Terminated!.Message.ShouldBe("one\ntwo\n");
        await _cluster.EraseAsync(handle);
        Directory.Exists(folder).ShouldBeFalse();
        await _cluster.EraseAsync(handle);
    }

    [SkippableFact]
    public async Task A13_persistent_files_are_read_only_or_in_part_as_the_pod_says()
    {
        await StartAsync();
        GivenClaim.Ours(_cluster, "data");
        await _cluster.ApplyAsync(GivenClaim.Using("writer", "data", "echo text > /kept/file", subPath: "in/side"));
        await EndedAsync("writer", "Succeeded");
        await _cluster.ApplyAsync(GivenClaim.Using(
            "reader", "data", "cat /kept/in/side/file && ! touch /kept/new 2> /dev/null", isReadOnly: true));
        await EndedAsync("reader", "Succeeded");
    }

    [SkippableFact]
    public async Task A13_persistent_files_belong_to_the_group_of_the_pod()
    {
        await StartAsync();
        var handle = GivenClaim.Ours(_cluster, "data");
        await _cluster.ApplyAsync(GivenClaim.Using("owner", "data", "echo a > /kept/a"));
        await EndedAsync("owner", "Succeeded");
        var shared = GivenClaim.Using("shared", "data", "echo b >> /kept/a && echo c > /kept/c");
        await _cluster.ApplyAsync(shared.With(spec => spec with
        {
            SecurityContext = new() { RunAsUser = 1234, RunAsGroup = 1234, FsGroup = 4321 },
        }));
        await EndedAsync("shared", "Succeeded");
        File.ReadAllText(Path.Combine(_files.FullName, "volumes", handle, "a")).ShouldBe("a\nb\n");
        File.GetUnixFileMode(Path.Combine(_files.FullName, "volumes", handle))
            .HasFlag(UnixFileMode.SetGroup).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task B58_volumes_made_by_hand_are_mounted_and_never_erased()
    {
        await StartAsync();
        var (local, host) = (_files.CreateSubdirectory("disk"), Path.Combine(_files.FullName, "made"));
        GivenClaim.Bind(_cluster, "local", "pv-local", new() { Local = new() { Path = local.FullName } });
        GivenClaim.Bind(_cluster, "host", "pv-host",
            new() { HostPath = new() { Path = host, Type = "DirectoryOrCreate" } });
        GivenClaim.Bind(_cluster, "missing", "pv-missing", new() { Local = new() { Path = "/no/such/disk" } });
        GivenClaim.Bind(_cluster, "nfs", "pv-nfs", new() { Nfs = new() { Server = "s", Path = "/p" } });
        foreach (var claim in new[] { "local", "host", "missing", "nfs" })
            await _cluster.ApplyAsync(GivenClaim.Using($"of-{claim}", claim, "echo here > /kept/file"));
        await EndedAsync("of-local", "Succeeded");
        await EndedAsync("of-host", "Succeeded");
        File.ReadAllText(Path.Combine(local.FullName, "file")).ShouldBe("here\n");
        File.ReadAllText(Path.Combine(host, "file")).ShouldBe("here\n");
        await ToldAsync("of-missing", "volume \"pv-missing\" : path \"/no/such/disk\" does not exist");
        await ToldAsync("of-nfs", "volume \"pv-nfs\" : this sort of volume is not supported");
        await _cluster.EraseAsync("pv-local");
        local.Exists.ShouldBeTrue();
    }

    [SkippableFact]
    public async Task B58_a_pod_waits_until_its_claim_is_bound()
    {
        await StartAsync();
        await _cluster.ApplyAsync(GivenClaim.Using("p", "late", "true"));
        await ToldAsync("p", "persistentvolumeclaims \"late\" not found");
        _cluster.Claims["late"] = new() { Metadata = new() { Name = "late" }, Status = new() { Phase = "Pending" } };
        await ToldAsync("p", "PVC is not bound");
        _cluster.Find("p")!.Status.Phase.ShouldNotBe("Running");
        GivenClaim.Ours(_cluster, "late");
        await EndedAsync("p", "Succeeded");
    }

    [SkippableFact]
    public async Task B58_a_claim_that_comes_with_the_pod_is_mounted_and_another_of_its_name_never()
    {
        await StartAsync();
        var pod = GivenClaim.Bringing("own", "echo mine > /kept/file");
        GivenClaim.Ours(_cluster, "own-kept");
        await _cluster.ApplyAsync(pod);
        await ToldAsync("own", "PVC default/own-kept was not created for pod default/own (pod is not owner)");
        var handle = GivenClaim.Ours(_cluster, "own-kept", owner: pod);
        await EndedAsync("own", "Succeeded");
        File.ReadAllText(Path.Combine(_files.FullName, "volumes", handle, "file")).ShouldBe("mine\n");
    }

    [SkippableFact]
    public async Task B58_volumes_of_blocks_are_refused_with_the_reason()
    {
        await StartAsync();
        GivenClaim.Bind(_cluster, "blocks", "pv-blocks",
            new() { VolumeMode = "Block", Local = new() { Path = "/dev/null" } });
        await _cluster.ApplyAsync(GivenClaim.Using("of-blocks", "blocks", "true"));
        await ToldAsync("of-blocks",
            "volume \"pv-blocks\" : volumes of mode Block are not supported; use Filesystem");
        GivenClaim.Ours(_cluster, "files");
        var device = GivenClaim.Using("device", "files", "true");
        await _cluster.ApplyAsync(device.With(spec => spec with
        {
            Containers =
            [
                spec.Containers[0] with
                {
                    VolumeMounts = [], VolumeDevices = [new() { Name = "kept", DevicePath = "/dev/xvda" }],
                },
            ],
        }));
        await Eventually.AsyncTrue("the container says why",
            () => Task.FromResult(_cluster.Find("device")?.Status), status => status is
            {
                ContainerStatuses: [{ State.Waiting: { Reason: "CreateContainerConfigError", Message: { } why } }]
            }
                && why.Contains("mount volume \"kept\" by volumeMounts", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task B58_a_handle_that_leads_out_of_its_place_is_refused()
    {
        await StartAsync();
        await Should.ThrowAsync<Orchestrator.Api.Meta.ApiException>(() => _cluster.EraseAsync("../pods"));
        await Should.ThrowAsync<Orchestrator.Api.Meta.ApiException>(() => _cluster.EraseAsync(""));
        Directory.Exists(_files.FullName).ShouldBeTrue();
    }

    private TestCluster NewCluster() => new(() => docker.NewRuntime(_label), new NodeAgentOptions
    {
        NodeName = "node-1",
        DataDirectory = _files.FullName,
        RelistPeriod = TimeSpan.FromSeconds(0.5),
    }, TimeProvider.System);

    private async Task StartAsync()
    {
        docker.Need();
        await _cluster.StartAgentAsync();
    }

    private Task ToldAsync(string pod, string what) => Eventually.AsyncTrue($"{pod} is told: {what}",
        () => Task.FromResult<string?>(string.Join('\n', _cluster.Events)),
        told => told!.Split('\n').Any(line => line.StartsWith($"{pod} ", StringComparison.Ordinal)
            && line.Contains("FailedMount", StringComparison.Ordinal)
            && line.Contains(what, StringComparison.Ordinal)));

    private async Task<PodStatus> EndedAsync(string pod, string phase)
    {
        try
        {
            return (await Eventually.AsyncTrue($"pod {pod}",
                () => Task.FromResult<PodStatus?>(_cluster.Find(pod)?.Status ?? new()), seen => seen!.Phase == phase))!;
        }
        catch (Exception late)
        {
            throw new InvalidOperationException($"pod {pod} did not get there: {_cluster.Show(pod)}", late);
        }
    }

    private async Task GoneAsync(Pod pod)
    {
        await _cluster.DeleteAsync(pod.Metadata.Name!, 1);
        await Eventually.AsyncTrue($"nothing is left of {pod.Metadata.Name}",
            () => Task.FromResult<string?>($"{_cluster.Find(pod.Metadata.Name!)?.Metadata.Name} "
                + Directory.Exists(Path.Combine(_files.FullName, "pods", pod.Metadata.Uid!))),
            text => text == " False");
    }
}
