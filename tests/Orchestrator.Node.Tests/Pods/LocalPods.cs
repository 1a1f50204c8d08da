using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.StaticPods;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>A node on a real engine of this machine, with a folder of its own; leaves nothing behind.</summary>
internal sealed class LocalPods : IAsyncDisposable
{
    public const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.1; done";

    private static int _count;
    private readonly Func<string, DockerRuntime> _newLook;
    private readonly NodeAgentOptions _options;
    private readonly string _label = $"test/local-{System.Environment.ProcessId}-{System.Environment.TickCount64}-"
        + Interlocked.Increment(ref _count);

    /// <param name="newRuntime">The node's own.</param>
    /// <param name="change">What is to be different about the node.</param>
    /// <param name="newLook">For those who look at the engine past the node; null is as the node does.</param>
    public LocalPods(
        Func<string, DockerRuntime> newRuntime, Func<NodeAgentOptions, NodeAgentOptions>? change = null,
        Func<string, DockerRuntime>? newLook = null)
    {
        _newLook = newLook ?? newRuntime;
        Runtime = _newLook(_label);
        var options = new NodeAgentOptions
        {
            NodeName = "node-1",
            HostIP = "10.9.8.7",
            DataDirectory = Files.FullName,
            ProgressDelay = TimeSpan.FromSeconds(30),
        };
        _options = change?.Invoke(options) ?? options;
        Cluster = new TestCluster(() => newRuntime(_label), _options, TimeProvider.System);
    }

    public TestCluster Cluster { get; }

    public DirectoryInfo Files { get; } = Directory.CreateTempSubdirectory("pods-");

    public DockerRuntime Runtime { get; }

    /// <summary>The same node while its cluster does not answer.</summary>
    public LoneNode NewLoneNode() =>
        new(Runtime, _options, TimeProvider.System, NullLogger<NodeAgent>.Instance);

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

    /// <summary>Deletes it and waits until neither object, container nor file is left.</summary>
    public async Task DeleteAsync(string name, long grace = 5)
    {
        var uid = Cluster.Find(name)!.Metadata.Uid!;
        await Cluster.DeleteAsync(name, grace);
        await Eventually.AsyncTrue($"nothing is left of {name}", async () =>
        {
            var left = await Runtime.ListAsync(default);
            return $"{Cluster.Find(name)?.Metadata.Name} {Directory.Exists(FolderOf(uid))} "
                + left.Count(container => container.Labels[ContainerLabels.PodUid] == uid);
        }, text => text == " False 0");
    }

    public string FolderOf(string uid) => Path.Combine(Files.FullName, "pods", uid);

    public async Task<string> LogAsync(string id, string expected) => await Eventually.AsyncTrue("the log", async () =>
    {
        using var output = new MemoryStream();
        await Runtime.CopyLogsAsync(id, new LogQuery(), output, default);
        return Encoding.UTF8.GetString(output.ToArray());
    }, text => text!.Contains(expected, StringComparison.Ordinal));

    /// <summary>Ids of the containers that run, infra containers among them.</summary>
    public async Task<string> RunningAsync() => string.Join(' ', (await Runtime.ListAsync(default))
        .Where(container => container.Phase == ContainerPhase.Running).Select(container => container.Id).Order());

    public static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    public static string IdOf(PodStatus status, int index = 0) =>
        status.ContainerStatuses[index].ContainerID!["docker://".Length..];

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await using var last = _newLook(_label);
        foreach (var left in await last.ListAsync(default)) await last.RemoveAsync(left.Id, default);
        await Runtime.DisposeAsync();
        Files.Delete(recursive: true);
    }
}
