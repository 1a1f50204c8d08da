using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>What a pod does on any remote engine; how the engine is reached is said by those who inherit.</summary>
public abstract class RemotePodTests : IAsyncLifetime
{
    internal RemotePods Pods { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Pods = new RemotePods(NewRuntime);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (Absence is null) await Pods.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_pod_starts_speaks_restarts_and_goes()
    {
        Skip.If(Absence is not null, Absence);
        await Pods.Cluster.StartAgentAsync();
        var pod = GivenPod.Of("web", GivenPod.Shell("c", "echo hello from $HOSTNAME; " + RemotePods.Forever));
        await Pods.Cluster.ApplyAsync(pod);
        var before = await Pods.ReadyAsync("web");
        before.PodIP.ShouldNotBeNullOrEmpty();
        await Pods.LogAsync(RemotePods.IdOf(before, 0), "hello from web");
        await Pods.Runtime.StopAsync(RemotePods.IdOf(before, 0), TimeSpan.Zero, "KILL", default);
        var after = await Pods.UntilAsync(
            "web", status => status.ContainerStatuses[0].RestartCount == 1 && RemotePods.IsReady(status));
        after.PodIP.ShouldBe(before.PodIP);
        await Pods.DeleteAsync("web", pod.Metadata.Uid!);
        Pods.Cluster.Phases.ShouldContain("web Succeeded");
    }

    [SkippableFact]
    public async Task Logs_are_followed_and_events_come_as_they_happen()
    {
        Skip.If(Absence is not null, Absence);
        using var ended = new CancellationTokenSource();
        var events = new System.Collections.Concurrent.ConcurrentQueue<RuntimeEvent>();
        var watching = WatchAsync(events, ended.Token);
        var id = await Pods.Runtime.CreateAsync(new ContainerSpec
        {
            Name = $"k8s_follow_{Environment.ProcessId}_{Environment.TickCount64}",
            Image = DockerFixture.Image,
            Command = ["/bin/sh", "-c", "echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo two"],
            Labels = new Dictionary<string, string> { [ContainerLabels.PodUid] = "follow" },
        }, default);
        await Pods.Runtime.StartAsync(id, default);
        using var output = new MemoryStream();
        var following = Pods.Runtime.CopyLogsAsync(id, new LogQuery(Follow: true), output, ended.Token);
        await Eventually.AsyncTrue("the start is heard", () => Task.FromResult<string?>(string.Join(' ', events.Select(
            what => what.Type))), seen => seen!.Contains("Started", StringComparison.Ordinal));
        following.IsCompleted.ShouldBeFalse();
        await Pods.Runtime.StopAsync(id, TimeSpan.Zero, "KILL", default);
        await following.WaitAsync(TimeSpan.FromSeconds(30));
        System.Text.Encoding.UTF8.GetString(output.ToArray()).ShouldBe("one\n");
        await Eventually.AsyncTrue("the end is heard", () => Task.FromResult<string?>(string.Join(' ', events.Select(
            what => what.Type))), seen => seen!.Contains("Died", StringComparison.Ordinal));
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watching);
    }

    protected abstract string? Absence { get; }

    protected abstract DockerRuntime NewRuntime(string nodeLabel);

    private async Task WatchAsync(
        System.Collections.Concurrent.ConcurrentQueue<RuntimeEvent> events, CancellationToken cancellation)
    {
        await foreach (var what in Pods.Runtime.WatchAsync(cancellation)) events.Enqueue(what);
    }
}
