using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.Housekeeping;

/// <summary>Tidies up a node from time to time, as long as its engine answers.</summary>
internal sealed class Housekeeper(NodeEngine engine, Action<IReadOnlyList<ContainerImage>> tellImages)
{
    private readonly ContainerKeeper _containers = new(engine);
    private readonly ImageKeeper _images = new(engine, tellImages);

    /// <summary>Ends when it was told to; faults never.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start(CancellationToken cancellation) => Completion = RunAsync(cancellation);

    private async Task RunAsync(CancellationToken cancellation)
    {
        var wait = engine.Options.Housekeeping.FirstDelay;
        try
        {
            while (true)
            {
                await Task.Delay(wait, engine.Time, cancellation);
                wait = engine.Options.Housekeeping.Period;
                if (!engine.IsReachable) continue;
                await TryAsync("ContainerGCFailed", _containers.LookAsync, cancellation);
                await TryAsync("ImageGCFailed", _images.LookAsync, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            engine.Logger.LogDebug("Node {Node} is tidied up no more", engine.Options.NodeName);
        }
    }

    private async Task TryAsync(string reason, Func<CancellationToken, Task> look, CancellationToken cancellation)
    {
        try
        {
            await look(cancellation);
        }
        catch (RuntimeUnavailableException silent)
        {
            engine.OnUnavailable(silent);
        }
        catch (Exception trouble) when (!cancellation.IsCancellationRequested)
        {
            engine.Logger.LogWarning(trouble, "Tidying up node {Node} failed", engine.Options.NodeName);
            NodeEvents.Warn(engine, reason, trouble.Message);
        }
    }
}
