using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>
/// A node whose engine is on the other end of a line. Nothing of a pod may rest on directories of this machine.
/// </summary>
internal sealed class RemotePods : IAsyncDisposable
{
    public const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.1; done";

    /// <summary>Who has heard it knows that the container minds TERM.</summary>
    public static string Saying(string text) => $"trap 'exit 0' TERM; echo {text}; while true; do sleep 0.1; done";

    private readonly Func<string, DockerRuntime> _newRuntime;
    private readonly string _label = $"test/remote-{Environment.ProcessId}-{Environment.TickCount64}";

    public RemotePods(Func<string, DockerRuntime> newRuntime)
    {
        _newRuntime = newRuntime;
        Runtime = newRuntime(_label);
        Cluster = new TestCluster(
            () => newRuntime(_label),
            new NodeAgentOptions
            {
                NodeName = "node-1",
                HostIP = "10.9.8.7",
                ProgressDelay = TimeSpan.FromSeconds(30),
                RelistPeriod = TimeSpan.FromSeconds(0.5),
                StorageMeasurePeriod = TimeSpan.FromSeconds(0.2),
            },
            TimeProvider.System);
    }

    public TestCluster Cluster { get; }

    public DockerRuntime Runtime { get; }

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

    public Task<PodStatus> ReadyAsync(string name) => UntilAsync(name, IsReady);

    public async Task DeleteAsync(string name, string uid)
    {
        // Long enough for whoever minds TERM to end by himself.
        await Cluster.DeleteAsync(name, 20);
        await Eventually.AsyncTrue($"nothing is left of {name}", async () =>
        {
            var left = await Runtime.ListAsync(default);
            var volumes = await Runtime.Volumes!.PodUidsAsync(default);
            return $"{Cluster.Find(name)?.Metadata.Name} {volumes.Contains(uid)} "
                + left.Count(container => container.Labels[ContainerLabels.PodUid] == uid);
        }, text => text == " False 0");
    }

    public Task<string> LogAsync(string id, string expected) => Eventually.AsyncTrue("the log", async () =>
    {
        using var output = new MemoryStream();
        await Runtime.CopyLogsAsync(id, new LogQuery(), output, default);
        return Encoding.UTF8.GetString(output.ToArray());
    }, text => text!.Contains(expected, StringComparison.Ordinal));

    public static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    public static string IdOf(PodStatus status, int index) =>
        status.ContainerStatuses[index].ContainerID!["docker://".Length..];

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await using var last = _newRuntime(_label);
        foreach (var left in await last.ListAsync(default)) await last.RemoveAsync(left.Id, default);
        foreach (var uid in await last.Volumes!.PodUidsAsync(default)) await last.Volumes.RemoveAsync(uid, default);
        await Runtime.DisposeAsync();
    }
}
