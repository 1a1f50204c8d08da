using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>
/// A node on the real engine for one test: its files, what a pod is waited for, and that nothing of it stays behind.
/// </summary>
public abstract class DockerPodScene(DockerFixture docker) : IAsyncLifetime
{
    /// <summary>Runs until it is told to stop, and then stops at once.</summary>
    protected const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.1; done";

    private readonly string _label = $"test/scene-{Guid.NewGuid():N}";

    protected DirectoryInfo Files { get; } = Directory.CreateTempSubdirectory("scene");

    protected TestCluster Cluster { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Cluster = new TestCluster(() => docker.NewRuntime(_label), Options, Time);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        if (docker.Absence is null)
        {
            await using var runtime = docker.NewRuntime(_label);
            foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
        }
        Files.Delete(recursive: true);
    }

    /// <summary>What the node takes for the time.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    protected virtual NodeAgentOptions Options => new()
    {
        NodeName = "node-1",
        HostIP = "10.9.8.7",
        DataDirectory = Path.Combine(Files.FullName, "node"),
        ProgressDelay = TimeSpan.FromMilliseconds(500),
        RelistPeriod = TimeSpan.FromMilliseconds(500),
        StorageMeasurePeriod = TimeSpan.FromMilliseconds(200),
    };

    protected async Task StartAsync()
    {
        docker.Need();
        await Cluster.StartAgentAsync();
    }

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

    protected Task<PodStatus> RunningAsync(string name) => UntilAsync(name,
        status => status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" }));

    /// <summary>What the first container of a pod wrote, once it has ended well.</summary>
    protected async Task<string> OutputAsync(string name)
    {
        var status = await UntilAsync(name, status => status.Phase is "Succeeded" or "Failed");
        var text = await LogAsync(name);
        status.Phase.ShouldBe("Succeeded", $"{text}\n{Cluster.Show(name)}");
        return text;
    }

    protected async Task<string> LogAsync(string name, int container = 0)
    {
        await using var runtime = docker.NewRuntime(_label);
        using var output = new MemoryStream();
        var id = Cluster.Find(name)!.Status.ContainerStatuses[container].ContainerID!["docker://".Length..];
        await runtime.CopyLogsAsync(id, new LogQuery(), output, default);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Waits until the log of a running container ends with a line.</summary>
    protected Task<string> SaysAsync(string name, string line) => Eventually.AsyncTrue(
        $"{name} says {line}", async () => (string?)await LogAsync(name), text => text!.TrimEnd().EndsWith(line));

    protected async Task KillAsync(string name, int container = 0)
    {
        await using var runtime = docker.NewRuntime(_label);
        var id = Cluster.Find(name)!.Status.ContainerStatuses[container].ContainerID!["docker://".Length..];
        await runtime.StopAsync(id, TimeSpan.Zero, "KILL", default);
    }

    /// <summary>Asks it to go, and waits until its object is gone and no file of it is left.</summary>
    protected async Task GoneAsync(Pod pod)
    {
        var name = pod.Metadata.Name!;
        if (Cluster.Find(name) is { Metadata.DeletionTimestamp: null }) await Cluster.DeleteAsync(name, 5);
        await Eventually.AsyncTrue($"nothing is left of {name}",
            () => Task.FromResult<string?>($"{Cluster.Find(name)?.Metadata.Name} {Directory.Exists(FolderOf(pod))}"),
            text => text == " False");
    }

    protected string FolderOf(Pod pod) => Path.Combine(Files.FullName, "node", "pods", pod.Metadata.Uid!);

    protected static Pod Once(string name, string script, Func<Container, Container>? change = null) =>
        GivenPod.Of(name, (change ?? (same => same))(GivenPod.Shell("c", script)))
            .With(spec => spec with { RestartPolicy = "Never" });

    protected static Pod Always(string name, string script, Func<Container, Container>? change = null) =>
        GivenPod.Of(name, (change ?? (same => same))(GivenPod.Shell("c", script)));
}
