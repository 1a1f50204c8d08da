using System.Net;
using System.Text;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Simulated;

public sealed class SimulatedRuntimeTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private SimulatedRuntime _engine = null!;

    public Task InitializeAsync()
    {
        _engine = Engine();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public void Whatever_takes_no_time_is_done_when_the_call_returns()
    {
        _engine.PullImageAsync(new ImagePull("web:1"), default).Now();
        var id = _engine.CreateAsync(Spec("a"), default).Now();
        _engine.StartAsync(id, default).Now();
        Phase("a").ShouldBe(ContainerPhase.Running);
        _engine.StopAsync(id, TimeSpan.FromSeconds(30), null, default).Now();
        _engine.RemoveAsync(id, default).Now();
        _engine.ListAsync(default).Now().ShouldBeEmpty();
    }

    [Fact]
    public void A_pull_and_a_start_take_their_time()
    {
        var pull = _engine.PullImageAsync(new ImagePull("slow:1"), default);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        pull.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        pull.IsCompletedSuccessfully.ShouldBeTrue();

        var id = _engine.CreateAsync(Spec("a", "slow:1"), default).Now();
        var start = _engine.StartAsync(id, default);
        Phase("a").ShouldBe(ContainerPhase.Created);
        _clock.Advance(TimeSpan.FromSeconds(2));
        start.IsCompletedSuccessfully.ShouldBeTrue();
        Phase("a").ShouldBe(ContainerPhase.Running);
    }

    [Fact]
    public async Task What_joined_the_processes_of_another_ends_with_it()
    {
        var target = Run("a", "present:1");
        var id = await _engine.CreateAsync(Spec("b", "present:1") with { JoinsPidOf = target }, default);
        await _engine.StartAsync(id, default);
        await _engine.StopAsync(target, TimeSpan.FromSeconds(30), null, default);
        var seen = (await _engine.InspectAsync(id, default))!;
        (seen.Phase, seen.ExitCode).ShouldBe((ContainerPhase.Exited, 137));
        (await Should.ThrowAsync<RuntimeRefusedException>(() => _engine.StartAsync(id, default))).Message
            .ShouldBe($"cannot join PID of a non running container: {target}");
    }

    [Fact]
    public async Task An_image_must_be_pulled_first()
    {
        (await _engine.FindImageAsync("web:1", default)).ShouldBeNull();
        (await Should.ThrowAsync<RuntimeRefusedException>(() => _engine.CreateAsync(Spec("a"), default))).Code
            .ShouldBe(404);
        var pulled = await _engine.PullImageAsync(new ImagePull("web:1"), default);
        (await _engine.FindImageAsync("web:1", default)).ShouldBe(pulled);
        (await _engine.FindImageAsync(pulled.Id, default)).ShouldBe(pulled);
        (await _engine.FindImageAsync("present:7", default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Refusals_carry_the_words_of_the_behaviour()
    {
        var pull = await Should.ThrowAsync<RuntimeRefusedException>(
            () => _engine.PullImageAsync(new ImagePull("missing:1"), default));
        pull.Message.ShouldBe("manifest unknown");
        var id = await _engine.CreateAsync(Spec("a", "unstartable:1"), default);
        (await Should.ThrowAsync<RuntimeRefusedException>(() => _engine.StartAsync(id, default))).Message
            .ShouldBe("no such file");
        var seen = (await _engine.InspectAsync(id, default))!;
        seen.Phase.ShouldBe(ContainerPhase.Created);
        seen.Error.ShouldBe("no such file");
    }

    [Theory]
    [InlineData("crashing:1", 10, 3, false)]
    [InlineData("greedy:1", 20, 137, true)]
    public void A_container_ends_by_itself(string image, int afterSeconds, int exitCode, bool isOomKilled)
    {
        Run("a", image);
        _clock.Advance(TimeSpan.FromSeconds(afterSeconds) - TimeSpan.FromTicks(1));
        Phase("a").ShouldBe(ContainerPhase.Running);
        _clock.Advance(TimeSpan.FromTicks(1));
        var ended = _engine.InspectAsync("a", default).Now()!;
        ended.Phase.ShouldBe(ContainerPhase.Exited);
        ended.ExitCode.ShouldBe(exitCode);
        ended.IsOomKilled.ShouldBe(isOomKilled);
        (ended.FinishedAt - ended.StartedAt).ShouldBe(TimeSpan.FromSeconds(afterSeconds));
        _clock.TimersPending.ShouldBe(0);
    }

    [Theory]
    [InlineData("it heeds the signal within the grace", 30, 8, 0)]
    [InlineData("it is killed when the grace is over", 3, 3, 137)]
    [InlineData("no grace at all", 0, 0, 137)]
    public void Stopping_takes_what_it_needs_or_the_grace(string why, int graceSeconds, int tookSeconds, int exitCode)
    {
        var id = Run("a", "stubborn:1");
        var stop = _engine.StopAsync(id, TimeSpan.FromSeconds(graceSeconds), null, default);
        for (var second = 0; second < tookSeconds; second++)
        {
            stop.IsCompleted.ShouldBeFalse(why);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        stop.IsCompletedSuccessfully.ShouldBeTrue(why);
        _engine.InspectAsync(id, default).Now()!.ExitCode.ShouldBe(exitCode, why);
    }

    [Fact]
    public async Task A_stopped_container_does_not_end_again_when_its_time_would_have_come()
    {
        var id = Run("a", "crashing:1");
        await _engine.StopAsync(id, TimeSpan.FromSeconds(1), null, default);
        await _engine.StartAsync(id, default);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Phase("a").ShouldBe(ContainerPhase.Running);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Phase("a").ShouldBe(ContainerPhase.Exited);
    }

    [Fact]
    public async Task Events_come_in_order_from_the_call_on()
    {
        Run("before");
        var events = _engine.WatchAsync(default);
        var id = Run("a", "greedy:1");
        _clock.Advance(TimeSpan.FromSeconds(20));
        await _engine.RemoveAsync(id, default);
        var seen = new List<RuntimeEvent>();
        await foreach (var what in events)
        {
            seen.Add(what);
            if (what.Type == RuntimeEventType.Removed)
            {
                break;
            }
        }
        seen.Select(what => what.Type).ShouldBe(
            [RuntimeEventType.Started, RuntimeEventType.OutOfMemory, RuntimeEventType.Died, RuntimeEventType.Removed]);
        seen.ShouldAllBe(what => what.ContainerId == id && what.Labels[ContainerLabels.PodUid] == "uid-a");
    }

    [Fact]
    public async Task While_the_engine_is_out_nothing_answers_and_containers_run_on()
    {
        Run("a", "crashing:1");
        Run("b");
        var events = _engine.WatchAsync(default).GetAsyncEnumerator();
        var next = events.MoveNextAsync();
        _engine.BreakEngine("the engine is down");
        await Should.ThrowAsync<RuntimeUnavailableException>(async () => await next);
        await Should.ThrowAsync<RuntimeUnavailableException>(() => _engine.ListAsync(default));
        await Should.ThrowAsync<RuntimeUnavailableException>(() => _engine.CreateAsync(Spec("c"), default));
        _clock.Advance(TimeSpan.FromSeconds(10));
        _engine.RepairEngine();
        Phase("a").ShouldBe(ContainerPhase.Exited);
        Phase("b").ShouldBe(ContainerPhase.Running);
    }

    [Fact]
    public void A_reboot_ends_everything()
    {
        Run("a");
        _engine.Reboot();
        var seen = _engine.InspectAsync("a", default).Now()!;
        seen.Phase.ShouldBe(ContainerPhase.Exited);
        seen.ExitCode.ShouldBe(137);
    }

    [Fact]
    public async Task One_stuck_container_fails_alone()
    {
        var stuck = Run("a");
        Run("b");
        _engine.Stick(stuck);
        await Should.ThrowAsync<RuntimeUnavailableException>(() => _engine.InspectAsync(stuck, default));
        (await _engine.ListAsync(default)).Count.ShouldBe(2);
        Phase("b").ShouldBe(ContainerPhase.Running);
        _engine.Stick(stuck, isStuck: false);
        Phase("a").ShouldBe(ContainerPhase.Running);
    }

    [Fact]
    public async Task Names_are_taken_once()
    {
        var id = Run("a");
        (await _engine.CreateAsync(Spec("a"), default)).ShouldBe(id);
        var stranger = Spec("a") with
        {
            Labels = new Dictionary<string, string> { [ContainerLabels.PodUid] = "other" }
        };
        (await Should.ThrowAsync<RuntimeRefusedException>(() => _engine.CreateAsync(stranger, default))).Code
            .ShouldBe(409);
    }

    [Fact]
    public async Task A_sandbox_has_an_address_of_its_own_until_it_ends_and_members_need_it_running()
    {
        var sandbox = Run("a");
        Run("b");
        Address("a").ShouldBe("10.9.0.1");
        Address("b").ShouldBe("10.9.0.2");
        var member = Spec("c") with { JoinsSandbox = sandbox };
        var id = await _engine.CreateAsync(member, default);
        await _engine.StartAsync(id, default);
        Address("c").ShouldBeNull();
        await _engine.StopAsync(sandbox, TimeSpan.Zero, null, default);
        Address("a").ShouldBeNull();
        await _engine.StartAsync(sandbox, default);
        Address("a").ShouldBe("10.9.0.3");
        await _engine.RemoveAsync(sandbox, default);
        var late = await _engine.CreateAsync(Spec("d") with { JoinsSandbox = sandbox }, default);
        await Should.ThrowAsync<RuntimeRefusedException>(() => _engine.StartAsync(late, default));
    }

    [Fact]
    public async Task Logs_are_chosen_and_followed_to_the_end()
    {
        var id = Run("a", "talking:1");
        _clock.Advance(TimeSpan.FromSeconds(1));
        _engine.Write(id, "two");
        (await LogsAsync(id, new LogQuery())).ShouldBe("hello\ntwo\n");
        (await LogsAsync(id, new LogQuery(TailLines: 1))).ShouldBe("two\n");
        (await LogsAsync(id, new LogQuery(Since: _clock.GetUtcNow()))).ShouldBe("two\n");
        (await LogsAsync(id, new LogQuery(TailLines: 1, Timestamps: true)))
            .ShouldBe("2026-01-01T00:00:01.0000000Z two\n");
        var following = LogsAsync(id, new LogQuery(Follow: true));
        _engine.Write(id, "three");
        following.IsCompleted.ShouldBeFalse();
        _engine.Crash(id, 1);
        (await following).ShouldBe("hello\ntwo\nthree\n");
    }

    [Theory]
    [InlineData("*", "anything:1", true)]
    [InlineData("web:1", "web:1", true)]
    [InlineData("web:1", "web:10", false)]
    [InlineData("web:*", "web:10", true)]
    [InlineData("*/web:*", "host/web:10", true)]
    [InlineData("*/web:*", "host/api:10", false)]
    [InlineData("a*a", "a", false)]
    public void Patterns_fit(string pattern, string image, bool fits) =>
        new SimulatedBehaviour(pattern).Fits(image).ShouldBe(fits);

    [Fact]
    public void The_same_seed_gives_the_same_history_and_another_seed_another()
    {
        History(7).ShouldBe(History(7));
        History(7).ShouldNotBe(History(8));
    }

    [Fact]
    public async Task A_hundred_thousand_containers_are_no_burden()
    {
        var before = GC.GetTotalAllocatedBytes();
        for (var node = 0; node < 100; node++)
        {
            await using var engine = Engine($"node-{node}");
            engine.PullImageAsync(new ImagePull("web:1"), default).Now();
            for (var number = 0; number < 1000; number++)
            {
                var id = engine.CreateAsync(Spec($"{number}"), default).Now();
                engine.StartAsync(id, default).Now();
            }
        }
        // Without waiting and without timers the cost is memory; 8 KiB for each is far more than it should take.
        ((GC.GetTotalAllocatedBytes() - before) / 100_000).ShouldBeLessThan(8192);
        _clock.TimersPending.ShouldBe(0);
    }

    private static string History(int seed)
    {
        var clock = new ManualClock();
        var engine = new SimulatedRuntime("node-a", Options() with { Seed = seed }, clock);
        var said = new StringBuilder();
        for (var number = 0; number < 20; number++)
        {
            var id = engine.CreateAsync(Spec($"c{number}", "jittery:1"), default).Now();
            engine.StartAsync(id, default).Now();
            clock.Advance(TimeSpan.FromSeconds(1));
            said.Append(id).Append(' ');
        }
        clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var seen in engine.ListAsync(default).Now())
        {
            said.Append(engine.InspectAsync(seen.Id, default).Now()!.FinishedAt!.Value.Ticks).Append(' ');
        }
        return said.ToString();
    }

    private SimulatedRuntime Engine(string node = "node-a") => new(node, Options(), _clock);

    private static SimulatedOptions Options() => new()
    {
        Network = IPAddress.Parse("10.9.0.0"),
        Behaviours =
        [
            new("slow:*") { PullTime = TimeSpan.FromSeconds(5), StartTime = TimeSpan.FromSeconds(2) },
            new("missing:*") { PullRefusal = "manifest unknown" },
            new("unstartable:*") { IsPresent = true, StartRefusal = "no such file" },
            new("present:*") { IsPresent = true },
            new("crashing:*") { IsPresent = true, RunTime = TimeSpan.FromSeconds(10), ExitCode = 3 },
            new("greedy:*") { IsPresent = true, RunTime = TimeSpan.FromSeconds(20), RunsOutOfMemory = true },
            new("stubborn:*") { IsPresent = true, StopTime = TimeSpan.FromSeconds(8) },
            new("talking:*") { IsPresent = true, Output = ["hello"] },
            new("jittery:*") { IsPresent = true, RunTime = TimeSpan.FromSeconds(5), Jitter = 0.5 },
        ],
    };

    private string Run(string name, string image = "web:1")
    {
        _engine.PullImageAsync(new ImagePull(image), default).Now();
        var id = _engine.CreateAsync(Spec(name, image), default).Now();
        _engine.StartAsync(id, default).Now();
        return id;
    }

    private ContainerPhase? Phase(string name) => _engine.InspectAsync(name, default).Now()?.Phase;

    private string? Address(string name) => _engine.InspectAsync(name, default).Now()?.IpAddress;

    private async Task<string> LogsAsync(string id, LogQuery query)
    {
        using var output = new MemoryStream();
        await _engine.CopyLogsAsync(id, query, output, default);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static ContainerSpec Spec(string name, string image = "web:1") => new()
    {
        Name = name,
        Image = image,
        Labels = new Dictionary<string, string> { [ContainerLabels.PodUid] = $"uid-{name}" },
    };
}
