using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Simulated;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>The client against an engine that behaves as the test wants: no Docker needed.</summary>
public sealed class DockerClientTests
{
    private static readonly DockerOptions Hasty = new()
    {
        CallTimeout = TimeSpan.FromMilliseconds(200),
        StartTimeout = TimeSpan.FromMilliseconds(200),
        PullIdleTimeout = TimeSpan.FromMilliseconds(200),
    };

    public static TheoryData<string, string, string> Versions => new()
    {
        { "an engine newer than we are is spoken to in our version", "1.99", "1.47" },
        { "an older engine is spoken to in its own", "1.41", "1.41" },
        { "the oldest that will do", "1.40", "1.40" },
    };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_newest_version_both_know_is_spoken(string why, string theirs, string spoken)
    {
        await using var engine = new FakeEngine();
        engine.Speaks(theirs);
        engine.Answers[$"GET /v{spoken}/info"] = FakeEngine.Answer("200 OK", """{"ID":"X","NCPU":3}""");
        await using var client = Client(engine, new DockerOptions());
        (await client.InfoAsync(default)).Cpus.ShouldBe(3, why);
    }

    [Theory]
    [InlineData("1.39")]
    [InlineData("")]
    public async Task An_engine_that_is_too_old_is_refused_with_what_to_do(string version)
    {
        await using var engine = new FakeEngine();
        engine.Speaks(version);
        await using var client = Client(engine, new DockerOptions());
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(() => client.InfoAsync(default));
        refused.Message.ShouldContain($"\"{version}\"");
        refused.Message.ShouldContain("1.40 or newer");
        refused.Message.ShouldContain("install Docker 19.03 or newer");
    }

    [Fact]
    public async Task One_connection_and_one_question_for_the_version_serve_many_calls()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        engine.Answers["GET /v1.41/info"] = FakeEngine.Answer("200 OK", """{"ID":"X"}""");
        await using var client = Client(engine, new DockerOptions());
        for (var call = 0; call < 5; call++)
        {
            await client.InfoAsync(default);
        }
        engine.Connections.ShouldBe(1);
        engine.Requests.Count(request => request == "GET /_ping").ShouldBe(1);
    }

    [Fact]
    public async Task An_engine_that_comes_back_older_is_spoken_to_in_its_new_version()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.44");
        engine.Answers["GET /v1.44/info"] = ""; // It goes away.
        await using var client = Client(engine, new DockerOptions());
        await Should.ThrowAsync<RuntimeUnavailableException>(() => client.InfoAsync(default));
        engine.Speaks("1.41");
        engine.Answers["GET /v1.41/info"] = FakeEngine.Answer("200 OK", """{"ID":"X","NCPU":2}""");
        (await client.InfoAsync(default)).Cpus.ShouldBe(2);
    }

    [Fact]
    public async Task A_name_that_nothing_visible_holds_is_trouble_and_not_a_refusal()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        engine.Answers["POST /v1.41/containers/create?name=web"] =
            FakeEngine.Answer("409 Conflict", """{"message":"already in use"}""");
        engine.Answers["GET /v1.41/containers/web/json"] = FakeEngine.Answer("404 Not Found", """{"message":"none"}""");
        await using var runtime = new DockerRuntime(
            engine.Endpoint, "test/a", new DockerOptions(), TimeProvider.System, NullLogger<DockerRuntime>.Instance);
        var spec = new ContainerSpec { Name = "web", Image = "web:1", Labels = new Dictionary<string, string>() };
        var trouble = await Should.ThrowAsync<RuntimeUnavailableException>(() => runtime.CreateAsync(spec, default));
        trouble.Message.ShouldContain("web");
        trouble.Message.ShouldContain("already in use");
        engine.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task An_engine_that_hangs_is_given_up_at_the_deadline()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        var clock = new ManualClock();
        await using var client = new DockerClient(DockerEndpoint.Parse(engine.Endpoint), Hasty, clock);
        var asking = client.InspectAsync("web", default);
        await Eventually.AsyncTrue("it was asked", () => Task.FromResult<string?>(string.Join(' ', engine.Requests)),
            asked => asked!.Contains("/containers/web/json", StringComparison.Ordinal));
        clock.Advance(Hasty.CallTimeout);
        var late = await Should.ThrowAsync<RuntimeUnavailableException>(asking);
        late.Message.ShouldBe(
            $"the Docker engine at {engine.Endpoint} did not answer GET /containers/web/json within 0.2 s: it hangs or is "
            + "overloaded");
    }

    [Fact]
    public async Task A_body_that_never_ends_is_given_up_too()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        engine.Answers["GET /v1.41/info"] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ID\":";
        await using var client = Client(engine, Hasty);
        await Should.ThrowAsync<RuntimeUnavailableException>(() => client.InfoAsync(default));
    }

    [Fact]
    public async Task A_pull_that_falls_silent_is_given_up()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        engine.Answers["POST /v1.41/images/create?fromImage=web&tag=1"] =
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"status\":\"Pulling\"}\n";
        await using var client = Client(engine, Hasty);
        await Should.ThrowAsync<RuntimeUnavailableException>(
            () => client.PullAsync(ImageReference.Parse("web:1"), null, default));
    }

    [Fact]
    public async Task A_failure_in_the_midst_of_a_pull_is_a_refusal()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        engine.Answers["POST /v1.41/images/create?fromImage=web&tag=1"] = FakeEngine.Answer("200 OK",
            "{\"status\":\"Pulling\",\"id\":\"a\"}\n{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"no space left\"}\n");
        await using var client = Client(engine, new DockerOptions());
        var seen = new Seen();
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(
            () => client.PullAsync(ImageReference.Parse("web:1"), seen, default));
        refused.Message.ShouldBe("no space left");
        seen.Lines.ShouldHaveSingleItem().Status.ShouldBe("Pulling");
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_not_the_engines_fault()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        await using var client = Client(engine, new DockerOptions());
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(() => client.InfoAsync(leaving.Token));
    }

    [Fact]
    public async Task No_engine_at_all_says_what_to_do()
    {
        await using var runtime = new DockerRuntime(
            "unix:///nowhere/docker.sock", "test/none", new DockerOptions(), TimeProvider.System,
            NullLogger<DockerRuntime>.Instance);
        var absent = await Should.ThrowAsync<RuntimeUnavailableException>(() => runtime.ListAsync(default));
        absent.Message.ShouldBe(
            "no Docker engine answers at unix:///nowhere/docker.sock: start it (systemctl start docker) or pass --docker");
    }

    [Fact]
    public async Task A_watch_ends_with_the_engine()
    {
        await using var engine = new FakeEngine();
        engine.Speaks("1.41");
        var filters = Uri.EscapeDataString(
            """{"type":["container"],"label":["io.orchestrator.node=test/a"],"event":["start","die","oom","destroy"]}""");
        var clock = new StoppedClock(DateTimeOffset.FromUnixTimeSeconds(1000));
        engine.Answers[$"GET /v1.41/events?since=1000.000000000&filters={filters}"] =
            "HTTP/1.1 200 OK\r\n\r\n{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"abc\",\"Attributes\":"
            + "{\"io.kubernetes.pod.uid\":\"u1\"}},\"timeNano\":1001500000000}\n{\"Type\":\"cont";
        await using var runtime = new DockerRuntime(
            engine.Endpoint, "test/a", new DockerOptions(), clock, NullLogger<DockerRuntime>.Instance);
        var seen = new List<RuntimeEvent>();
        await Should.ThrowAsync<RuntimeUnavailableException>(async () =>
        {
            await foreach (var what in runtime.WatchAsync(default))
            {
                seen.Add(what);
            }
        });
        var only = seen.ShouldHaveSingleItem();
        only.Type.ShouldBe(RuntimeEventType.Started);
        only.ContainerId.ShouldBe("abc");
        only.Time.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1001500));
        only.Labels[ContainerLabels.PodUid].ShouldBe("u1");
    }

    [Theory]
    [InlineData("web", "web", "latest")]
    [InlineData("web:1", "web", "1")]
    [InlineData("host:5000/a/web", "host:5000/a/web", "latest")]
    [InlineData("host:5000/a/web:2", "host:5000/a/web", "2")]
    [InlineData("web@sha256:abc", "web", "sha256:abc")]
    [InlineData("host/web:2@sha256:abc", "host/web", "sha256:abc")]
    public void References_are_taken_apart(string reference, string name, string tag) =>
        ImageReference.Parse(reference).ShouldBe(new ImageReference(name, tag));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("../info")]
    [InlineData("a/../info")]
    [InlineData("a?b")]
    [InlineData("a//b")]
    [InlineData("host/Web:1")]
    public void What_is_no_reference_never_reaches_the_engine(string reference) =>
        Should.Throw<RuntimeRefusedException>(() => ImageReference.Parse(reference)).Code.ShouldBe(400);

    [Theory]
    [InlineData("")]
    [InlineData("unix://")]
    [InlineData("/var/run/docker.sock")]
    [InlineData("http://host")]
    public void What_is_no_endpoint_is_refused(string endpoint) =>
        Should.Throw<FormatException>(() => DockerEndpoint.Parse(endpoint)).Message.ShouldContain("unix://");

    private static DockerClient Client(FakeEngine engine, DockerOptions options) =>
        new(DockerEndpoint.Parse(engine.Endpoint), options, TimeProvider.System);

    private sealed class Seen : IProgress<ProgressLine>
    {
        public List<ProgressLine> Lines { get; } = [];

        public void Report(ProgressLine value) => Lines.Add(value);
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
