using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>A node on the real engine for the probes of its pods; takes everything away again.</summary>
internal sealed class ProbedPods : IAsyncDisposable
{

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("probes");
    private readonly DockerFixture _docker;
    private readonly string _label;

    private ProbedPods(DockerFixture docker)
    {
        _docker = docker;
        _label = $"test/probes-{System.Environment.ProcessId}-{System.Environment.TickCount64}";
        Cluster = new TestCluster(
            () => docker.NewRuntime(_label),
            new NodeAgentOptions
            {
                NodeName = "node-1",
                HostIP = "127.0.0.1",
                DataDirectory = _files.FullName,
                ProgressDelay = TimeSpan.FromSeconds(30),
            },
            TimeProvider.System);
    }

    public TestCluster Cluster { get; }

    public Nodes.Docker.DockerRuntime NewRuntime() => _docker.NewRuntime(_label);

    public static async Task<ProbedPods> StartAsync(DockerFixture docker)
    {
        docker.Need();
        var pods = new ProbedPods(docker);
        await pods.Cluster.StartAgentAsync();
        return pods;
    }

    /// <summary>A container that runs a script and then goes on for ever.</summary>
    public static Container Shell(string name, string script) =>
        GivenPod.Shell(name, $"trap 'exit 0' TERM; {script}; while true; do sleep 0.1; done");

    /// <summary>A web server whose page /well is there until it is removed.</summary>
    public static Container Web(string name) => GivenPod.Shell(name,
        "mkdir /tmp/www; echo well > /tmp/www/well; exec /bin/busybox httpd -f -p 8080 -h /tmp/www") with
    {
        Ports = [new() { Name = "http", ContainerPortValue = 8080 }],
    };

    public static Probe Exec(params string[] command) =>
        new() { Exec = new() { Command = command }, PeriodSeconds = 1, FailureThreshold = 1 };

    public static Probe Http(string path) =>
        new() { HttpGet = new() { Path = path, Port = "http" }, PeriodSeconds = 1, FailureThreshold = 1 };

    public async Task ApplyAsync(params Pod[] pods)
    {
        foreach (var pod in pods) await Cluster.ApplyAsync(pod);
    }

    public Task<PodStatus> ReadyAsync(string name) => UntilAsync(name, status => IsReady(status));

    public static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    public async Task<PodStatus> UntilAsync(string name, Func<PodStatus, bool> holds)
    {
        try
        {
            return await Eventually.AsyncTrue(
                $"pod {name}", () => Task.FromResult<PodStatus?>(Cluster.Find(name)?.Status ?? new()),
                status => holds(status!));
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"pod {name} did not get there: {Cluster.Show(name)}", late);
        }
    }

    public Task EventAsync(string text) => Eventually.AsyncTrue(
        $"the event \"{text}\"", () => Task.FromResult<string?>(string.Join('\n', Cluster.Events)),
        events => events!.Contains(text));

    /// <summary>Runs a command in a container and returns what it wrote.</summary>
    public async Task<string> RunAsync(string name, params string[] command)
    {
        await using var runtime = _docker.NewRuntime(_label);
        var id = Cluster.Find(name)!.Status.ContainerStatuses[0].ContainerID!["docker://".Length..];
        await using var session = await runtime.ExecAsync(id, command, new(false, true, true), default);
        var said = "";
        var bytes = new byte[1024];
        while (await session.ReadAsync(bytes, default) is { Count: > 0 } piece)
            said += Encoding.UTF8.GetString(bytes, 0, piece.Count);
        (await session.ExitCodeAsync(default)).ShouldBe(0);
        return said;
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await using (var runtime = _docker.NewRuntime(_label))
        {
            foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
        }
        _files.Delete(recursive: true);
    }
}
