using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Pods;

/// <summary>What all pod workers of a node share: the runtime, its bounds, and whether it answers.</summary>
internal sealed class NodeEngine(
    IContainerRuntime runtime, INodeReports reports, INodeInputs inputs, NodeAgentOptions options, TimeProvider time,
    ILogger logger) : IDisposable
{
    private readonly Gate _starts = new(options.ConcurrentStartsMax);
    private readonly Gate _inspections = new(options.ConcurrentInspectionsMax);

    public IContainerRuntime Runtime { get; } = runtime;

    public INodeReports Reports { get; } = reports;

    public INodeInputs Inputs { get; } = inputs;

    public NodeAgentOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    public ImageStore Images { get; } =
        new(runtime, options.Images, options.ConcurrentPullsMax, time, logger);

    public IPodVolumes Volumes { get; } =
        options.DataDirectory is { } path ? new HostPodVolumes(path, options.MemoryDirectory)
        : runtime.Volumes is { } store ? new EnginePodVolumes(store)
        : new NoPodVolumes();

    /// <summary>The engine answers. While it does not, pods keep their last status and nothing is begun.</summary>
    public bool IsReachable { get; set; }

    public string InfraImage { get; set; } = "";

    public IReadOnlyDictionary<string, Quantity> Allocatable { get; set; } = new Dictionary<string, Quantity>();

    /// <summary>
    /// Called when a call went unanswered: one slow container is no reason to give up the engine, but to ask it.
    /// </summary>
    public Action<RuntimeUnavailableException> OnUnavailable { get; set; } = _ => { };

    public PodOnNode Facts(Pod pod, string? podIP) => new(pod, Options.NodeName, Options.HostIP, podIP, Allocatable);

    /// <summary>Looks at one container, at most so long.</summary>
    public async Task<ContainerSnapshot?> InspectAsync(string idOrName, CancellationToken cancellation)
    {
        await _inspections.EnterAsync(cancellation);
        try
        {
            using var deadline = new CancellationTokenSource(Options.InspectTimeout, Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
            return await Runtime.InspectAsync(idOrName, both.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new RuntimeUnavailableException(
                $"container {idOrName} could not be inspected within {Options.InspectTimeout.TotalSeconds:0.#} s",
                late);
        }
        finally
        {
            _inspections.Leave();
        }
    }

    /// <summary>Runs one of the few starts that may be under way at a time.</summary>
    public async Task<T> StartingAsync<T>(Func<Task<T>> start, CancellationToken cancellation)
    {
        await _starts.EnterAsync(cancellation);
        try
        {
            return await start();
        }
        finally
        {
            _starts.Leave();
        }
    }

    /// <summary>The end of a container's log.</summary>
    public async Task<string> TailAsync(string id, int bytesMax, int linesMax, CancellationToken cancellation)
    {
        using var tail = new TailStream(bytesMax);
        try
        {
            await Runtime.CopyLogsAsync(id, new LogQuery(TailLines: linesMax), tail, cancellation);
            return tail.Text;
        }
        catch (Exception trouble) when (trouble is RuntimeRefusedException or RuntimeUnavailableException)
        {
            return $"(log not readable: {trouble.Message})";
        }
    }

    public void Dispose() => Images.Dispose();
}
