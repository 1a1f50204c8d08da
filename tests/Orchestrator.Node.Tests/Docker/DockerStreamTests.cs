using System.Globalization;
using System.Text;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>Logs and events.</summary>
[Collection(nameof(DockerTests))]
public sealed class DockerStreamTests(DockerFixture docker)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(50);

    [SkippableFact]
    public async Task Logs_hold_both_streams_without_the_engines_frames()
    {
        docker.Need();
        // The engine reads the two beside each other: the second waits until it has the first.
        var folder = Directory.CreateTempSubdirectory("orchestrator-node-test-");
        try
        {
            var id = await docker.StartAsync(
                docker.Shell("echo out; while [ ! -e /gate/open ]; do sleep 0.05; done; echo err >&2") with
                {
                    Mounts = [new(folder.FullName, "/gate", true)],
                });
            await Eventually.AsyncTrue("the engine has the first", () => docker.LogsAsync(id, new LogQuery())!,
                said => said == "out\n");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "open"), "");
            await docker.ExitedAsync(id);
            (await docker.LogsAsync(id, new LogQuery())).ShouldBe("out\nerr\n");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public async Task Logs_of_a_terminal_are_raw()
    {
        docker.Need();
        (await docker.OutputAsync(docker.Shell("echo out") with { Tty = true })).ShouldBe("out\r\n");
    }

    [SkippableFact]
    public async Task Large_logs_arrive_whole()
    {
        docker.Need();
        var said = await docker.OutputAsync(docker.Shell("seq 1 50000"));
        said.ShouldBe(
            string.Concat(Enumerable.Range(1, 50000).Select(n => n.ToString(CultureInfo.InvariantCulture) + "\n")));
    }

    [SkippableFact]
    public async Task Tail_timestamps_and_since_choose_lines()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("echo one; sleep 0.2; echo two; sleep 0.2; echo three"));
        await docker.ExitedAsync(id);
        (await docker.LogsAsync(id, new LogQuery(TailLines: 2))).ShouldBe("two\nthree\n");
        (await docker.LogsAsync(id, new LogQuery(TailLines: 0))).ShouldBeEmpty();
        var stamped = (await docker.LogsAsync(id, new LogQuery(Timestamps: true))).Split('\n');
        var times = stamped[..2].Select(
            line => DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        stamped[1].ShouldEndWith(" two");
        // An engine that stood still gives all lines nearly the same time.
        var between = times[0] + ((times[1] - times[0]) / 2);
        (await docker.LogsAsync(id, new LogQuery(Since: between))).ShouldBe("two\nthree\n");
    }

    [SkippableFact]
    public async Task Followed_logs_come_as_they_are_written_and_end_with_the_container()
    {
        docker.Need();
        var folder = Directory.CreateTempSubdirectory("orchestrator-node-test-");
        try
        {
            var id = await docker.StartAsync(
                docker.Shell("echo first; while [ ! -e /gate/open ]; do sleep 0.05; done; echo last") with
                {
                    Mounts = [new(folder.FullName, "/gate", true)],
                });
            using var deadline = new CancellationTokenSource(Deadline);
            using var output = new SeenStream("first\n");
            var copying = docker.Runtime.CopyLogsAsync(id, new LogQuery(Follow: true), output, deadline.Token);
            await output.Seen.WaitAsync(deadline.Token);
            copying.IsCompleted.ShouldBeFalse();
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "open"), "");
            await copying;
            output.Text.ShouldBe("first\nlast\n");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public async Task Following_ends_when_the_reader_leaves()
    {
        docker.Need();
        var id = await docker.StartAsync(docker.Shell("echo first; sleep 1000"));
        using var leaving = new CancellationTokenSource(Deadline);
        using var output = new SeenStream("first\n");
        var copying = docker.Runtime.CopyLogsAsync(id, new LogQuery(Follow: true), output, leaving.Token);
        await output.Seen.WaitAsync(leaving.Token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => copying);
    }

    [SkippableFact]
    public async Task Logs_of_no_container_are_refused()
    {
        docker.Need();
        var refused =
            await Should.ThrowAsync<RuntimeRefusedException>(() => docker.LogsAsync("nothing", new LogQuery()));
        refused.Code.ShouldBe(404);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_attaches_to_what_does_not_run(bool hasRun)
    {
        docker.Need();
        var id = await docker.Runtime.CreateAsync(docker.Shell("true"), default);
        if (hasRun)
        {
            await docker.Runtime.StartAsync(id, default);
            await docker.ExitedAsync(id);
        }
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(
            () => docker.Runtime.AttachAsync(id, new(Input: false, Output: true, Error: true), default));
        refused.ShouldSatisfyAllConditions(
            () => refused.Code.ShouldBe(409), () => refused.Message.ShouldBe($"Container {id} is not running"));
    }

    [SkippableFact]
    public async Task Events_come_in_order_with_the_labels_and_only_for_our_containers()
    {
        docker.Need();
        await using var mine = docker.NewRuntime(docker.NodeLabel + "-events");
        using var deadline = new CancellationTokenSource(Deadline);
        var events = mine.WatchAsync(deadline.Token);

        // What happens between the watch and its first read is not lost.
        await docker.OutputAsync(docker.Shell("true"));
        var spec = docker.Spec("/bin/tail", "/dev/zero") with { MemoryBytes = 16 << 20 };
        var id = await mine.CreateAsync(spec, default);
        await mine.StartAsync(id, default);
        await Eventually.AsyncTrue(
            "the container has exited, and the engine knows why", () => mine.InspectAsync(id, default),
            seen => seen is { Phase: ContainerPhase.Exited, IsOomKilled: true });
        await mine.RemoveAsync(id, default);

        var seen = new List<RuntimeEvent>();
        await foreach (var what in events)
        {
            seen.Add(what);
            if (what.Type == RuntimeEventType.Removed)
            {
                break;
            }
        }
        seen.ShouldAllBe(what => what.ContainerId == id);
        seen.ShouldAllBe(what => what.Labels[ContainerLabels.PodUid] == spec.Labels[ContainerLabels.PodUid]);
        seen.Select(what => what.Type).Where(type => type != RuntimeEventType.OutOfMemory)
            .ShouldBe([RuntimeEventType.Started, RuntimeEventType.Died, RuntimeEventType.Removed]);
        seen.ShouldContain(what => what.Type == RuntimeEventType.OutOfMemory);
    }

    // Remembers what was written and tells when a text has come by.
    private sealed class SeenStream(string awaited) : MemoryStream
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            await base.FlushAsync(cancellationToken);
            if (Text.Contains(awaited, StringComparison.Ordinal))
            {
                _seen.TrySetResult();
            }
        }
    }
}
