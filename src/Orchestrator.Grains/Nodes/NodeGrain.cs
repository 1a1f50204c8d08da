using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Reconcilers.Probes;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Nodes;

/// <summary>
/// Runs what is bound to one node: an agent per container engine, inside the turns of this grain. A Node object without
/// an endpoint is somebody else's to run, and is left alone.
/// </summary>
[NodePlacement]
internal sealed partial class NodeGrain(
    ClusterAccess cluster, ContainerRuntimes runtimes, NodeClaims claims, NodePlaces places,
    NodeFeed feed)
    : Grain, INodeGrain, IAsyncDisposable
{
    private static readonly TimeSpan TroubleDelay = TimeSpan.FromSeconds(1);
    private readonly PassTimer _passes = new();
    private NodeClaim? _claim;
    private NodeAgent? _agent;
    private EngineCredentials? _credentials;
    private Action<ObjectKey>? _listener;
    private string _endpoint = "";
    private string? _staticPods;
    private string? _refusedWarm;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _passes.Start(this, Pass, cluster.Options.PassSpacing, cluster.Time, keepAlive: true);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        StopListening();
        if (_agent is { } agent) await agent.StopAsync();
        if (_claim is { } claim) claims.Release(claim);
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is { } agent) await agent.DisposeAsync();
    }

    public Task Nudge()
    {
        _passes.Ask();
        return Task.CompletedTask;
    }

    public Task<NodePulse> Ping()
    {
        if (_agent is { } agent && _claim is { IsLost: false })
        {
            return Task.FromResult(new NodePulse(true, agent.IsReachable,
                agent.IsReachable ? "" : "container runtime is down"));
        }
        _passes.Ask();
        return Task.FromResult(new NodePulse(false, false, "nobody runs it yet"));
    }

    public async Task Erase(string volume) => await Running().EraseVolumeAsync(volume);

    public Task<ProbeCounter[]> CountProbes() => Task.FromResult<ProbeCounter[]>(
        [.. Running().ProbeTotals.Select(total => new ProbeCounter
        {
            Namespace = total.Pod.Namespace ?? "",
            Pod = total.Pod.Name ?? "",
            PodUid = total.Pod.Uid ?? "",
            Container = total.Container,
            ProbeType = $"{total.Kind}",
            Result = total.Outcome switch
            {
                ProbeOutcome.Success => "successful",
                ProbeOutcome.Failure => "failed",
                _ => "unknown",
            },
            Count = total.Count,
        })]);

    public async Task Register(NodeRegistration registration)
    {
        await cluster.CatchUp();
        var key = Node.Kind.KeyOf("", Name);
        var node = new Node
        {
            Metadata = new ObjectMeta
            {
                Name = Name,
                Labels = registration.Labels,
                Annotations = new Dictionary<string, string>
                {
                    [NodeRegistration.EndpointAnnotation] = registration.Endpoint,
                    [NodeRegistration.AddressAnnotation] = registration.Address,
                    [NodeRegistration.MachineAnnotation] = registration.Machine ?? "",
                },
            },
        };
        var known = cluster.Cache.Find(key)?.Object as Node;
        node = WithStaticPods(node, registration.StaticPods ?? "", known);
        if (known is not null)
        {
            var metadata = known.Metadata with
            {
                Labels = Merged(known.Metadata.Labels, registration.Labels),
                Annotations = Merged(known.Metadata.Annotations, node.Metadata.Annotations),
                ResourceVersion = null,
            };
            await GrainFactory.Object(key).Update(known with { Metadata = metadata }, "", WriteOptions.OfController);
        }
        else
        {
            await GrainFactory.Object(key).Create(node, WriteOptions.OfController);
        }
        _passes.Ask();
    }

    private NodeAgent Running()
    {
        if (_agent is { } agent && _claim is { IsLost: false }) return agent;
        _passes.Ask();
        throw ApiException.Unavailable($"node {Name} is not run by anybody yet");
    }

    // Nodes that never had such a folder say nothing of it.
    private static Node WithStaticPods(Node node, string folder, Node? known)
    {
        const string key = NodeRegistration.StaticPodsAnnotation;
        if (folder.Length == 0 && known?.Metadata.Annotations.ContainsKey(key) != true) return node;
        var annotations = Merged(node.Metadata.Annotations, new Dictionary<string, string> { [key] = folder });
        return node with { Metadata = node.Metadata with { Annotations = annotations } };
    }

    private static Dictionary<string, string> Merged(
        IReadOnlyDictionary<string, string> old, IReadOnlyDictionary<string, string> added)
    {
        var merged = new Dictionary<string, string>(old);
        foreach (var (key, value) in added) merged[key] = value;
        return merged;
    }

    private async Task<TimeSpan?> Pass(CancellationToken cancellation)
    {
        try
        {
            await cluster.CatchUp();
            if (cluster.Cache.Find(Node.Kind, "", Name) is not { } node || EndpointOf(node).Length == 0) await Detach();
            // It was woken before it was known where it belongs; the next call finds its machine.
            else if (!places.IsHere(node)) DeactivateOnIdle();
            else if (await HoldsOrAttaches(node))
            {
                _agent!.KeepWarm(WarmFor(node), isOpen: !node.Spec.Unschedulable);
                _agent.Sync([.. cluster.Cache.PodsOn(Name).Select(pod => (Pod)pod.Object)]);
            }
            return null;
        }
        catch (StoreUnavailableException)
        {
            // The agent goes on with the pods it knows; it hears of others when the store answers.
            return cluster.Options.PutOffDelay;
        }
        catch (Exception trouble)
        {
            LogFailed(cluster.Loggers.CreateLogger<NodeGrain>(), Name, trouble);
            return TroubleDelay;
        }
    }

    private static string EndpointOf(Node node) =>
        node.Metadata.Annotations.GetValueOrDefault(NodeRegistration.EndpointAnnotation) ?? "";

    private static string? StaticPodsOf(Node node) =>
        node.Metadata.Annotations.GetValueOrDefault(NodeRegistration.StaticPodsAnnotation) is { Length: > 0 } folder
            ? folder
            : null;

    private async ValueTask<bool> HoldsOrAttaches(Node node)
    {
        var isSame = EndpointOf(node) == _endpoint && StaticPodsOf(node) == _staticPods
            && NodeEngines.CredentialsOf(cluster.Cache, node) == _credentials;
        if (!isSame || _claim is null) await Attach(node);
        // Who was replaced stops here: pods it does not know may well run by another's hand.
        return await claims.MayAct(_claim!, isDestructive: true);
    }

    private async Task Attach(Node node)
    {
        await Detach();
        // What cannot be reached is not claimed: the pass fails here, says why, and is repeated.
        var runtime = runtimes.For(cluster.Cache, node);
        var endpoint = EndpointOf(node);
        var address = node.Metadata.Annotations.GetValueOrDefault(NodeRegistration.AddressAnnotation) ?? "127.0.0.1";
        var scheduler = TaskScheduler.Current;
        _claim = await claims.Claim(node, () => _ = Task.Factory.StartNew(
            DeactivateOnIdle, CancellationToken.None, TaskCreationOptions.None, scheduler));
        (_endpoint, _credentials) = (endpoint, NodeEngines.CredentialsOf(cluster.Cache, node));
        _staticPods = StaticPodsOf(node);
        var link = new NodeLink(_claim, claims, cluster, GrainFactory, _passes.Ask);
        var log = cluster.Loggers.CreateLogger<NodeAgent>();
        var options = NodeOptions.Of(cluster.Options, Name, endpoint, address, _staticPods);
        _agent = new NodeAgent(
            runtime, link, link, options with { WarmSandboxes = WarmFor(node) }, cluster.Time, log);
        LogAttached(log, Name, endpoint);
        if (_agent.FollowsObjects) Listen(_agent, scheduler);
        await _agent.StartAsync();
    }

    private void Listen(NodeAgent agent, TaskScheduler scheduler)
    {
        _listener = key => _ = Task.Factory.StartNew(
            () => agent.NoticeObject(KindRegistry.Of(key).Name, key.Namespace, key.Name),
            CancellationToken.None, TaskCreationOptions.None, scheduler);
        feed.Listen(_listener);
    }

    private void StopListening()
    {
        if (_listener is not null) feed.Leave(_listener);
        _listener = null;
    }

    private async Task Detach()
    {
        var (agent, claim) = (_agent, _claim);
        (_agent, _claim, _endpoint) = (null, null, "");
        StopListening();
        if (agent is not null) await agent.DisposeAsync();
        if (claim is not null) claims.Release(claim);
    }

    private WarmSetting WarmFor(Node node)
    {
        var usual = EndpointOf(node).StartsWith(SimulatedOptions.Scheme, StringComparison.Ordinal)
            ? WarmSetting.Off : cluster.Options.WarmSandboxes;
        if (node.Metadata.Annotations.GetValueOrDefault(WarmSetting.Annotation) is not { } text) return usual;
        if (WarmSetting.TryParse(text, out var said)) return said;
        if (_refusedWarm == text) return usual;
        _refusedWarm = text;
        cluster.Events.Record(node, "", "Warning", "InvalidAnnotation",
            $"{WarmSetting.Annotation} is \"{text}\": expected {WarmSetting.Forms}; {usual} holds meanwhile", "kubelet",
            Name);
        return usual;
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "node {Node} runs on {Endpoint}")]
    private static partial void LogAttached(ILogger log, string node, string endpoint);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning,
        Message = "a pass over node {Node} failed and will be repeated")]
    private static partial void LogFailed(ILogger log, string node, Exception trouble);
}
