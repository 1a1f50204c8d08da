using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>
/// A node on the real engine for one test, with a folder that its pods share with the test, mounted at <c>/h</c>. Ends
/// with all its containers.
/// </summary>
internal sealed class EnginePods : IAsyncDisposable
{
    /// <summary>Runs until it is asked to end, and ends well.</summary>
    public const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.05; done";

    /// <summary>Does not listen.</summary>
    public const string Deaf = "trap '' TERM; while true; do sleep 0.05; done";

    private static int _count;

    private readonly DockerFixture _docker;
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("hooks");

    private readonly string _label =
        $"test/hooks-{System.Environment.ProcessId}-{System.Environment.TickCount64}-{Interlocked.Increment(ref _count)}";

    public EnginePods(DockerFixture docker, Func<NodeAgentOptions, NodeAgentOptions>? change = null)
    {
        docker.Need();
        _docker = docker;
        var options = new NodeAgentOptions
        {
            NodeName = "node-1",
            HostIP = "10.9.8.7",
            DataDirectory = _files.FullName,
            ProgressDelay = TimeSpan.FromSeconds(30),
        };
        Cluster = new TestCluster(
            () => docker.NewRuntime(_label), change?.Invoke(options) ?? options, TimeProvider.System);
    }

    public TestCluster Cluster { get; }

    /// <summary>The folder that is <c>/h</c> in the containers.</summary>
    public string Shared => Directory.CreateDirectory(Path.Combine(_files.FullName, "shared")).FullName;

    public static async Task<EnginePods> StartAsync(
        DockerFixture docker, Func<NodeAgentOptions, NodeAgentOptions>? change = null)
    {
        var pods = new EnginePods(docker, change);
        await pods.Cluster.StartAgentAsync();
        return pods;
    }

    /// <summary>A pod whose containers see the shared folder.</summary>
    public Pod Given(string name, IEnumerable<Container> containers, IEnumerable<Container>? inits = null) =>
        GivenPod.Of(name, [.. containers.Select(Mounted)]).With(spec => spec with
        {
            InitContainers = [.. (inits ?? []).Select(Mounted)],
            Volumes = [new() { Name = "h", HostPath = new() { Path = Shared } }],
        });

    public Task ApplyAsync(params IEnumerable<Pod> pods) => Task.WhenAll(pods.Select(pod => Cluster.ApplyAsync(pod)));

    public Task<PodStatus> ReadyAsync(string name) => UntilAsync(name, IsReady);

    public static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    public async Task<PodStatus> UntilAsync(string name, Func<PodStatus, bool> holds)
    {
        try
        {
            return await Eventually.AsyncTrue($"pod {name}",
                () => Task.FromResult<PodStatus?>(Cluster.Find(name)?.Status ?? new()), status => holds(status!));
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"pod {name} did not get there: {Cluster.Show(name)}", late);
        }
    }

    /// <summary>Returns when the object is gone.</summary>
    public Task GoneAsync(string name) => Eventually.AsyncTrue($"{name} is gone",
        () => Task.FromResult<string?>(Cluster.Find(name) is null ? "" : Cluster.Show(name)), text => text == "");

    /// <summary>Returns when an event was told.</summary>
    public Task EventAsync(string text, int times = 1) => Eventually.AsyncTrue($"event {text}",
        () => Task.FromResult<string?>(string.Join('\n', Cluster.Events)),
        all => all!.Split('\n').Count(line => line.EndsWith(text, StringComparison.Ordinal)) >= times);

    public string Read(string file) =>
        File.Exists(Path.Combine(Shared, file)) ? File.ReadAllText(Path.Combine(Shared, file)) : "";

    public Task<string> ReadsAsync(string file, Func<string, bool> holds) => Eventually.AsyncTrue(
        $"file {file}", () => Task.FromResult<string?>(Read(file)), text => holds(text!));

    public async Task KillAsync(PodStatus status, int index)
    {
        await using var runtime = _docker.NewRuntime(_label);
        await runtime.StopAsync(IdOf(status, index), TimeSpan.Zero, "KILL", default);
    }

    /// <summary>How many containers of a pod run now, its sandbox among them.</summary>
    public async Task<int> CountAsync(Pod pod)
    {
        await using var runtime = _docker.NewRuntime(_label);
        return (await runtime.ListAsync(default)).Count(container => container.Phase == ContainerPhase.Running
            && container.Labels[ContainerLabels.PodUid] == pod.Metadata.Uid);
    }

    public static string IdOf(PodStatus status, int index) =>
        status.ContainerStatuses[index].ContainerID!["docker://".Length..];

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await using var runtime = _docker.NewRuntime(_label);
        foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
        _files.Delete(recursive: true);
    }

    private static Container Mounted(Container container) => container with
    {
        VolumeMounts = [.. container.VolumeMounts, new VolumeMount { Name = "h", MountPath = "/h" }],
    };
}
