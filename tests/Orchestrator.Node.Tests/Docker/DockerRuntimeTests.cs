using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Docker;

[Collection(nameof(DockerTests))]
public sealed class DockerRuntimeTests(DockerFixture docker)
{
    [SkippableFact]
    public async Task The_engine_describes_its_machine()
    {
        docker.Need();
        var described = await docker.Runtime.DescribeAsync(default);
        described.Name.ShouldMatch(@"^docker://\d+\.\d+");
        described.Cpus.ShouldBe(Environment.ProcessorCount);
        described.MemoryBytes.ShouldBeGreaterThan(100L << 20);
        described.Architecture.ShouldBeOneOf("amd64", "arm64");
        described.OperatingSystem.ShouldBe("linux");
        described.MachineId.ShouldNotBeEmpty();
        described.KernelVersion.ShouldNotBeEmpty();
    }

    [SkippableFact]
    public async Task A_container_is_created_runs_and_leaves_its_exit_code()
    {
        docker.Need();
        var id = await docker.Runtime.CreateAsync(docker.Shell("exit 42"), default);
        var made = (await docker.Runtime.InspectAsync(id, default))!;
        made.Phase.ShouldBe(ContainerPhase.Created);
        made.StartedAt.ShouldBeNull();
        made.Labels[ContainerLabels.Node].ShouldBe(docker.NodeLabel);

        await docker.Runtime.StartAsync(id, default);
        var ended = await docker.ExitedAsync(id);
        ended.ExitCode.ShouldBe(42);
        ended.IsOomKilled.ShouldBeFalse();
        // Which is later is not for sure: the engine stamps the start of so short a process when it hears of it.
        ended.StartedAt.ShouldNotBeNull();
        ended.FinishedAt.ShouldNotBeNull();
        ended.Image.ShouldBe(DockerFixture.Image);
        ended.ImageId.ShouldStartWith("sha256:");
    }

    [SkippableFact]
    public async Task A_list_holds_our_containers_and_no_others()
    {
        docker.Need();
        var id = await docker.Runtime.CreateAsync(docker.Shell("true"), default);
        await using var other = docker.NewRuntime(docker.NodeLabel + "-other");
        (await docker.Runtime.ListAsync(default))
            .ShouldContain(seen => seen.Id == id && seen.Phase == ContainerPhase.Created);
        (await other.ListAsync(default)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_process_that_heeds_TERM_is_stopped_with_its_own_code()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done"));
        await UpAsync(id);
        await docker.Runtime.StopAsync(id, TimeSpan.FromSeconds(20), null, default);
        (await docker.Runtime.InspectAsync(id, default))!.ExitCode.ShouldBe(7);
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("USR1")]
    public async Task A_process_that_ignores_the_signal_is_killed_after_the_grace(string? signal)
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("trap '' TERM USR1; echo up; while :; do sleep 0.05; done"));
        await UpAsync(id);
        await docker.Runtime.StopAsync(id, TimeSpan.FromSeconds(1), signal, default);
        (await docker.Runtime.InspectAsync(id, default))!.ExitCode.ShouldBe(137);
    }

    [SkippableFact]
    public async Task A_stop_signal_of_the_callers_choice_is_the_one_sent()
    {
        docker.Need();
        var id = await docker.StartAsync(
            docker.Shell("trap 'exit 8' USR2; trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done"));
        await UpAsync(id);
        await docker.Runtime.StopAsync(id, TimeSpan.FromSeconds(20), "USR2", default);
        (await docker.Runtime.InspectAsync(id, default))!.ExitCode.ShouldBe(8);
    }

    [SkippableFact]
    public async Task B3_a_container_of_this_machine_ends_without_the_engine_s_help()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("trap '' TERM; echo up; while :; do sleep 0.05; done"));
        await UpAsync(id);
        // The engine is asked to kill what has not ended in time, so nothing may end late.
        await using var patient = new DockerRuntime(
            DockerFixture.Endpoint, docker.NodeLabel, docker.Options with { KillTimeout = TimeSpan.FromSeconds(30) },
            TimeProvider.System, NullLogger<DockerRuntime>.Instance);
        await patient.InspectAsync(id, default);
        await using var client = docker.NewClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var events = await client.EventsAsync(
            $"{ContainerLabels.Node}={docker.NodeLabel}", ["kill", "die"], DateTimeOffset.UtcNow, deadline.Token);
        await patient.StopAsync(id, TimeSpan.FromSeconds(1), "TERM", default);
        await foreach (var what in events.ReadJsonAsync(
            DockerJson.Default.EngineEvent, Timeout.InfiniteTimeSpan, deadline.Token))
        {
            // The engine tells of each signal that it sends.
            (what.Actor?.Id, what.Action).ShouldBe((id, "die"));
            break;
        }
        (await docker.Runtime.InspectAsync(id, default))!.ExitCode.ShouldBe(137);
    }

    [SkippableFact]
    public async Task B3_a_paused_container_is_killed_all_the_same()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("sleep 1000"));
        await docker.Runtime.InspectAsync(id, default);
        (await Child.RunAsync(Child.Find("docker")!, ["-H", DockerFixture.Endpoint, "pause", id])).Code.ShouldBe(0);
        await docker.Runtime.StopAsync(id, TimeSpan.Zero, null, default);
        (await docker.Runtime.InspectAsync(id, default))!.ExitCode.ShouldBe(137);
    }

    [SkippableFact]
    public async Task Starting_stopping_and_removing_twice_is_no_error()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("sleep 1000"));
        await docker.Runtime.StartAsync(id, default);
        await docker.Runtime.StopAsync(id, TimeSpan.Zero, null, default);
        await docker.Runtime.StopAsync(id, TimeSpan.Zero, null, default);
        await docker.Runtime.RemoveAsync(id, default);
        await docker.Runtime.RemoveAsync(id, default);
        await docker.Runtime.StopAsync(id, TimeSpan.Zero, null, default);
        await docker.Runtime.StopAsync(id, TimeSpan.Zero, "TERM", default);
        (await docker.Runtime.InspectAsync(id, default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_running_container_is_removed_by_force()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("sleep 1000"));
        await docker.Runtime.RemoveAsync(id, default);
        (await docker.Runtime.InspectAsync(id, default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_name_that_our_own_container_has_leads_to_its_id()
    {
        docker.Need();
        var spec = docker.Shell("sleep 1000");
        var first = await docker.StartAsync(spec);
        (await docker.Runtime.CreateAsync(spec, default)).ShouldBe(first);
        (await docker.Runtime.InspectAsync(first, default))!.Phase.ShouldBe(ContainerPhase.Running);
    }

    [SkippableFact]
    public async Task A_name_that_another_container_has_is_refused()
    {
        docker.Need();
        var spec = docker.Shell("true");
        await docker.Runtime.CreateAsync(spec, default);
        var stranger = spec with
        {
            Labels = new Dictionary<string, string>(spec.Labels) { [ContainerLabels.PodUid] = "another" },
        };
        var refused =
            await Should.ThrowAsync<RuntimeRefusedException>(() => docker.Runtime.CreateAsync(stranger, default));
        refused.Code.ShouldBe(409);
        refused.Message.ShouldContain("already in use");
    }

    [SkippableFact]
    public async Task A_container_that_a_crash_left_half_made_is_used_or_gives_way()
    {
        docker.Need();
        var spec = docker.Shell("true");
        var left = await docker.Runtime.CreateAsync(spec, default);
        (await docker.Runtime.CreateAsync(spec, default)).ShouldBe(left);

        var changed = spec with
        {
            Labels = new Dictionary<string, string>(spec.Labels) { [ContainerLabels.SpecHash] = "2" },
        };
        var fresh = await docker.Runtime.CreateAsync(changed, default);
        fresh.ShouldNotBe(left);
        (await docker.Runtime.InspectAsync(left, default)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task An_image_that_is_not_there_is_null_or_refused_in_the_engines_words()
    {
        docker.Need();
        (await docker.Runtime.FindImageAsync("orchestrator-test/none:1", default)).ShouldBeNull();
        (await docker.Runtime.FindImageAsync(DockerFixture.Image, default))!.Id.ShouldStartWith("sha256:");
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(
            () => docker.Runtime.CreateAsync(docker.Spec("/bin/true") with { Image = "orchestrator-test/none:1" },
                default));
        refused.Code.ShouldBe(404);
        refused.Message.ShouldContain("No such image");
        await Should.ThrowAsync<RuntimeRefusedException>(
            () => docker.Runtime.FindImageAsync("../containers/json", default));
    }

    [SkippableFact]
    public async Task A_registry_that_does_not_answer_is_a_refusal_of_the_pull()
    {
        docker.Need();
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(
            () => docker.Runtime.PullImageAsync(new ImagePull("127.0.0.1:1/nothing:1"), default));
        refused.Message.ShouldContain("127.0.0.1:1");
    }

    [SkippableFact]
    public async Task A_command_that_does_not_exist_is_refused_at_the_start()
    {
        docker.Need();
        var id = await docker.Runtime.CreateAsync(docker.Spec("/bin/nothing"), default);
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(() => docker.Runtime.StartAsync(id, default));
        refused.Message.ShouldContain("/bin/nothing");
        (await docker.Runtime.InspectAsync(id, default))!.Error!.ShouldContain("/bin/nothing");
    }

    [SkippableFact]
    public async Task Memory_that_runs_out_is_told_by_the_flag()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Spec("/bin/tail", "/dev/zero") with { MemoryBytes = 16 << 20 });
        // The engine hears of the end and of its cause one after the other.
        var ended = await Eventually.AsyncTrue("it ran out of memory", () => docker.Runtime.InspectAsync(id, default),
            seen => seen is { Phase: ContainerPhase.Exited, IsOomKilled: true });
        ended.ExitCode.ShouldBe(137);
    }

    private Task UpAsync(string id) =>
        Eventually.AsyncTrue("the container says up", () => docker.LogsAsync(id, new LogQuery())!,
            said => said!.Contains("up", StringComparison.Ordinal));
}
