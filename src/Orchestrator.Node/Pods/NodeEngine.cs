using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;
using Orchestrator.Nodes.Housekeeping;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Probes;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Nodes.StaticPods;
using Orchestrator.Nodes.Volumes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>What all pod workers of a node share: the runtime, its bounds, and whether it answers.</summary>
internal sealed class NodeEngine(
    IContainerRuntime runtime, INodeReports reports, INodeInputs inputs, NodeAgentOptions options, TimeProvider time,
    ILogger logger) : IDisposable
{
    private readonly Gate _starts = new(options.ConcurrentStartsMax);
    private readonly Gate _inspections = new(options.ConcurrentInspectionsMax);
    private readonly Gate _removals = new(options.ConcurrentRemovalsMax);
    private SandboxPool? _sandboxes;

    public IContainerRuntime Runtime { get; } = runtime;

    public INodeReports Reports { get; } = reports;

    public CachedInputs Inputs { get; } =
        new(inputs, time, showsServices: options.DataDirectory is not null || runtime.Volumes is not null);

    public NodeAgentOptions Options { get; } = options;

    public CrashBackOffBounds CrashBounds { get; } =
        CrashBackOffBounds.Of(options.ContainerRestartPeriodMax, options.HasReducedCrashBackOff);

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    public ImageStore Images { get; } =
        new(runtime, options.Images, options.ConcurrentPullsMax, time, logger);

    public NodeProber Prober { get; } = new(runtime, time, logger);

    public ClaimedPodVolumes Volumes { get; } = new(
        options.DataDirectory is { } path ? new HostPodVolumes(path, options.MemoryDirectory)
        : runtime.Volumes is { } store ? new EnginePodVolumes(store)
        : new NoPodVolumes(), options.DataDirectory, runtime.Volumes, inputs);

    /// <summary>What the API sees of pods from files.</summary>
    public PodMirrors Mirrors => field ??= new PodMirrors(this);

    /// <summary>What pods with limits take of the disk.</summary>
    public StorageKeeper Storage => field ??= new StorageKeeper(this);

    /// <summary>Starts and stops are urgent.</summary>
    public Calm Calm { get; } = new(time);

    /// <summary>Sandboxes that wait for pods.</summary>
    public SandboxPool Sandboxes => _sandboxes ??= new SandboxPool(this);

    /// <summary>How many more pods the node takes.</summary>
    public Func<int> RoomForPods { get; set; } = () => options.PodsMax;

    /// <summary>The engine answers. While it does not, pods keep their last status and nothing is begun.</summary>
    public bool IsReachable { get; set; }

    public string InfraImage { get; set; } = "";

    public IReadOnlyDictionary<string, Quantity> Allocatable { get; set; } = new Dictionary<string, Quantity>();

    /// <summary>What pods have been promised.</summary>
    public NodeShares Shares { get; } = new();

    /// <summary>What bounds pods as a whole.</summary>
    public PodHolds Holds => field ??= new PodHolds(this);

    /// <summary>Who has which device.</summary>
    public DeviceUnits Devices { get; } = new(options.Policy.Devices);

    public NodeAbilities Abilities { get; set; } =
        new() { AllowedUnsafeSysctls = options.Policy.AllowedUnsafeSysctls };

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
            return await Calm.UrgentAsync(start);
        }
        finally
        {
            _starts.Leave();
        }
    }

    /// <summary>Removes a container when there is nothing better to do, but soon.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        await Calm.WaitAsync(Options.RemovalDelayMax, cancellation);
        await _removals.EnterAsync(cancellation);
        try
        {
            await Runtime.RemoveAsync(id, cancellation);
        }
        finally
        {
            _removals.Leave();
        }
    }

    /// <summary>The end of a container's log.</summary>
    public async Task<string> TailAsync(
        string id, bool? hasTerminal, int bytesMax, int linesMax, CancellationToken cancellation)
    {
        using var tail = new TailStream(bytesMax);
        try
        {
            var query = new LogQuery(TailLines: linesMax, HasTerminal: hasTerminal);
            await Runtime.CopyLogsAsync(id, query, tail, cancellation);
            return tail.Text;
        }
        catch (Exception trouble) when (trouble is RuntimeRefusedException or RuntimeUnavailableException)
        {
            return $"(log not readable: {trouble.Message})";
        }
    }

    public void Dispose() => Images.Dispose();
}
