using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Nodes;

/// <summary>
/// Runs what is bound to one node: an agent per container engine, inside the turns of this grain. A Node object without
/// an endpoint is somebody else's to run, and is left alone.
/// </summary>
[NodePlacement]
internal sealed partial class NodeGrain(
    ClusterAccess cluster, ContainerRuntimes runtimes, NodeClaims claims, NodePlaces places)
    : Grain, INodeGrain, IAsyncDisposable
{
    private static readonly TimeSpan TroubleDelay = TimeSpan.FromSeconds(1);
    private readonly PassTimer _passes = new();
    private NodeClaim? _claim;
    private NodeAgent? _agent;
    private EngineCredentials? _credentials;
    private string _endpoint = "";

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _passes.Start(this, Pass, cluster.Options.PassSpacing, cluster.Time, keepAlive: true);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
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
        if (cluster.Cache.Find(key)?.Object is Node known)
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
                _agent!.Sync([.. cluster.Cache.PodsOn(Name).Select(pod => (Pod)pod.Object)]);
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

    private async ValueTask<bool> HoldsOrAttaches(Node node)
    {
        var isSame = EndpointOf(node) == _endpoint && NodeEngines.CredentialsOf(cluster.Cache, node) == _credentials;
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
        var link = new NodeLink(_claim, claims, cluster, GrainFactory, _passes.Ask);
        var log = cluster.Loggers.CreateLogger<NodeAgent>();
        _agent = new NodeAgent(runtime, link, link, OptionsFor(endpoint, address), cluster.Time, log);
        LogAttached(log, Name, endpoint);
        await _agent.StartAsync();
    }

    private async Task Detach()
    {
        var (agent, claim) = (_agent, _claim);
        (_agent, _claim, _endpoint) = (null, null, "");
        if (agent is not null) await agent.DisposeAsync();
        if (claim is not null) claims.Release(claim);
    }

    // Files of pods exist only where containers do: on the machine behind a local socket.
    private NodeAgentOptions OptionsFor(string endpoint, string address)
    {
        var isLocal = endpoint.StartsWith("unix://", StringComparison.Ordinal);
        return cluster.Options.Nodes.Applied(new NodeAgentOptions
        {
            NodeName = Name,
            HostIP = address,
            DataDirectory = isLocal ? Path.Combine(cluster.Options.DataDirectory, "nodes", Name) : null,
            MemoryDirectory = isLocal ? cluster.Options.MemoryDirectory : null,
        });
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "node {Node} runs on {Endpoint}")]
    private static partial void LogAttached(ILogger log, string node, string endpoint);

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning,
        Message = "a pass over node {Node} failed and will be repeated")]
    private static partial void LogFailed(ILogger log, string node, Exception trouble);
}
