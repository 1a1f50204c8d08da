
namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>The infra image and what containers share through it.</summary>
[Collection(nameof(DockerTests))]
public sealed class SandboxTests(DockerFixture docker)
{
    [SkippableFact]
    public async Task The_infra_image_is_made_once_and_needs_no_registry()
    {
        docker.Need();
        var reference = await docker.Runtime.EnsureInfraImageAsync(default);
        reference.ShouldStartWith("orchestrator/infra:");
        var made = (await docker.Runtime.FindImageAsync(reference, default))!;
        (await docker.Runtime.EnsureInfraImageAsync(default)).ShouldBe(reference);
        (await docker.Runtime.FindImageAsync(reference, default))!.Id.ShouldBe(made.Id);
        made.SizeBytes.ShouldBeLessThan(1024);
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("INT")]
    public async Task The_infra_container_heeds_the_signal_and_ends_with_code_0(string? signal)
    {
        docker.Need();
        var id = await SandboxAsync("pod-a");
        (await docker.Runtime.InspectAsync(id, default))!.IpAddress.ShouldNotBeNullOrEmpty();
        await docker.Runtime.StopAsync(id, TimeSpan.FromSeconds(20), signal, default);
        (await docker.Runtime.InspectAsync(id, default))!.ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task Containers_of_a_sandbox_share_address_localhost_and_host_name()
    {
        docker.Need();
        var sandbox = await SandboxAsync("pod-b");
        var address = (await docker.Runtime.InspectAsync(sandbox, default))!.IpAddress!;
        var answering = docker.Shell("echo from the neighbour > /tmp/said; nc -l -p 8080 < /tmp/said");
        await docker.StartAsync(answering with { JoinsSandbox = sandbox });
        var asking = docker.Shell(
            "hostname; ip addr show eth0; "
            + "for i in $(seq 600); do nc 127.0.0.1 8080 </dev/null && break; sleep 0.05; done");
        var said = await docker.OutputAsync(asking with { JoinsSandbox = sandbox });
        said.ShouldStartWith("pod-b\n");
        said.ShouldContain($"inet {address}/");
        said.ShouldContain("from the neighbour");
    }

    [SkippableFact]
    public async Task Containers_of_a_sandbox_share_IPC_and_others_do_not()
    {
        docker.Need();
        var sandbox = await SandboxAsync("pod-c");
        await docker.OutputAsync(docker.Shell("echo shared > /dev/shm/said") with { JoinsSandbox = sandbox });
        var read = docker.Shell("cat /dev/shm/said 2>/dev/null || echo nothing");
        (await docker.OutputAsync(read with { JoinsSandbox = sandbox })).ShouldBe("shared\n");
        var stranger = await SandboxAsync("pod-d");
        (await docker.OutputAsync(docker.Shell("cat /dev/shm/said 2>/dev/null || echo nothing") with
        {
            JoinsSandbox = stranger,
        })).ShouldBe("nothing\n");
    }

    [SkippableFact]
    public async Task A_shared_PID_namespace_has_the_infra_process_first_and_it_buries_orphans()
    {
        docker.Need();
        var sandbox = await SandboxAsync("pod-e");
        // The inner shell leaves at once, so its child becomes an orphan of process 1, which must bury it.
        var orphaning = docker.Shell(
            "orphan=$(sh -c 'sleep 0.1 > /dev/null & echo $!'); cat /proc/1/comm; "
            + "for i in $(seq 600); do [ -e /proc/$orphan ] || break; sleep 0.05; done; "
            + "grep State /proc/$orphan/status 2>/dev/null || echo buried");
        var said = await docker.OutputAsync(orphaning with { JoinsSandbox = sandbox, SharesPid = true });
        said.ShouldBe("pause\nburied\n");
    }

    [SkippableFact]
    public async Task A_half_made_container_of_a_lost_sandbox_gives_way()
    {
        docker.Need();
        var first = await SandboxAsync("pod-f");
        var spec = docker.Shell("echo joined") with { JoinsSandbox = first };
        var left = await docker.Runtime.CreateAsync(spec, default);
        await docker.Runtime.RemoveAsync(first, default);
        var second = await SandboxAsync("pod-f");
        var id = await docker.Runtime.CreateAsync(spec with { JoinsSandbox = second }, default);
        id.ShouldNotBe(left);
        await docker.Runtime.StartAsync(id, default);
        (await docker.ExitedAsync(id)).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_half_made_container_of_a_lost_target_gives_way()
    {
        docker.Need();
        var sandbox = await SandboxAsync("pod-g");
        var target = docker.Shell("exec sleep 4321") with { JoinsSandbox = sandbox };
        var first = await docker.StartAsync(target);
        var spec = docker.Shell("tr '\\0' ' ' < /proc/1/cmdline") with { JoinsSandbox = sandbox, JoinsPidOf = first };
        var left = await docker.Runtime.CreateAsync(spec, default);
        await docker.Runtime.RemoveAsync(first, default);
        var second = await docker.StartAsync(target);
        var id = await docker.Runtime.CreateAsync(spec with { JoinsPidOf = second }, default);
        id.ShouldNotBe(left);
        await docker.Runtime.StartAsync(id, default);
        (await docker.ExitedAsync(id)).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_pod_on_the_network_of_the_machine_has_its_name()
    {
        docker.Need();
        var sandbox = await docker.StartAsync(docker.Spec() with
        {
            Image = await docker.Runtime.EnsureInfraImageAsync(default),
            HostNetwork = true,
            HostPid = true,
            HostIpc = true,
            Hostname = "ignored",
        });
        var said = await docker.OutputAsync(docker.Shell("hostname; cat /proc/1/comm") with
        {
            JoinsSandbox = sandbox,
            HostNetwork = true,
            HostPid = true,
            HostIpc = true,
        });
        said.Split('\n')[0].ShouldBe(Environment.MachineName);
        said.ShouldNotContain("pause");
    }

    private async Task<string> SandboxAsync(string hostname) =>
        await docker.StartAsync(docker.Spec() with
        {
            Image = await docker.Runtime.EnsureInfraImageAsync(default),
            Hostname = hostname,
            OomScoreAdj = -998,
        });
}
