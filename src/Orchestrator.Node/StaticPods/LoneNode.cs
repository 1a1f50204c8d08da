using Microsoft.Extensions.Logging;
using Orchestrator.Nodes.Sandboxes;

namespace Orchestrator.Nodes.StaticPods;

/// <summary>
/// A node whose cluster does not answer yet. It runs the pods of its folder, shows them to nobody, and stops and
/// removes nothing, for who holds the node cannot be asked. The agent that comes after it finds them running and goes
/// on.
/// </summary>
public sealed class LoneNode : IAsyncDisposable
{
    private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly NodeAgent _agent;

    /// <summary>A node that does nothing until it is started.</summary>
    public LoneNode(
        IContainerRuntime runtime, NodeAgentOptions options, TimeProvider time, ILogger<NodeAgent> logger)
    {
        var nobody = new NoCluster(logger);
        _agent = new(
            runtime, nobody, nobody, options with { WarmSandboxes = WarmSetting.Off }, time, logger);
    }

    /// <summary>Starts the pods of the folder, and follows it.</summary>
    public Task StartAsync() => InTurnAsync(_agent.StartAsync);

    /// <summary>Ends; no container is touched.</summary>
    public async ValueTask DisposeAsync() => await InTurnAsync(() => _agent.DisposeAsync().AsTask());

    private Task InTurnAsync(Func<Task> act) => Task.Factory.StartNew(
        act, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();
}
