using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>A node agent on the real engine, for the tests of one topic; takes away what it made.</summary>
public abstract class PodsOnDocker(DockerFixture docker) : IAsyncLifetime
{
    protected const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.1; done";

    private static int _count;
    private readonly string _label =
        $"test/{System.Environment.ProcessId}-{System.Environment.TickCount64}-{Interlocked.Increment(ref _count)}";

    protected DirectoryInfo Files { get; } = Directory.CreateTempSubdirectory("pods");

    protected TestCluster Cluster { get; private set; } = null!;

    protected DockerFixture Docker { get; } = docker;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
            await using var runtime = Docker.NewRuntime(_label);
            foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
            await runtime.DescribeAsync(default);
            foreach (var uid in runtime.Cgroups?.PodUids ?? []) await runtime.Cgroups!.ReleaseAsync(uid, default);
        }
        Files.Delete(recursive: true);
    }

    protected async Task StartAsync(Func<NodeAgentOptions, NodeAgentOptions>? change = null)
    {
        Docker.Need();
        var options = new NodeAgentOptions
        {
            NodeName = "node-1",
            HostIP = "10.9.8.7",
            DataDirectory = Files.FullName,
            ProgressDelay = TimeSpan.FromMilliseconds(100),
        };
        Cluster = new TestCluster(() => Docker.NewRuntime(_label), change?.Invoke(options) ?? options,
            TimeProvider.System);
        await Cluster.StartAgentAsync();
    }

    protected Nodes.Docker.DockerRuntime NewRuntime() => Docker.NewRuntime(_label);

    /// <summary>A container that says something in its last words and ends.</summary>
    protected static Container Saying(string name, string script) =>
        GivenPod.Shell(name, $"{{ {script}; }} > /dev/termination-log 2>&1; true");

    /// <summary>Runs a pod of such containers to its end.</summary>
    protected async Task<IReadOnlyDictionary<string, string>> LastWordsAsync(Pod pod)
    {
        await Cluster.ApplyAsync(pod.With(spec => spec with { RestartPolicy = "Never" }));
        var ended = await UntilAsync(pod.Metadata.Name!, status => status.Phase is "Succeeded" or "Failed");
        return ended.ContainerStatuses.ToDictionary(
            status => status.Name, status => (status.State?.Terminated?.Message ?? "").Trim());
    }

    /// <summary>Changes the spec as an update through the API does.</summary>
    protected Task<Pod> UpdateAsync(string name, Func<PodSpec, PodSpec> change) =>
        Cluster.ChangeAsync(name, pod => pod.With(change) with
        {
            Metadata = pod.Metadata with { Generation = pod.Metadata.Generation + 1 },
        });

    protected Task<PodStatus> ReadyAsync(string name) => UntilAsync(name, IsReady);

    protected async Task<PodStatus> UntilAsync(string name, Func<PodStatus, bool> holds)
    {
        try
        {
            return await Eventually.AsyncTrue($"pod {name}",
                () => Task.FromResult<PodStatus?>(Cluster.Find(name)?.Status ?? new()), status => holds(status!));
        }
        catch (Exception late)
        {
            throw new InvalidOperationException($"pod {name} did not get there: {Cluster.Show(name)}", late);
        }
    }

    /// <summary>What a command in a container writes.</summary>
    protected async Task<string> RunAsync(string id, string script)
    {
        await using var runtime = NewRuntime();
        await using var session = await runtime.ExecAsync(
            id, ["/bin/sh", "-c", script], new(Input: false, Output: true, Error: true), default);
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while ((await session.ReadAsync(buffer, default)).Count is > 0 and var count)
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return text.ToString();
    }

    protected static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    protected static string IdOf(PodStatus status, int index = 0) =>
        status.ContainerStatuses[index].ContainerID!["docker://".Length..];
}
