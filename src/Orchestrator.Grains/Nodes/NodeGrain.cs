using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Nodes;

/// <summary>
/// Runs what is bound to one node: an agent per container engine, inside the turns of this grain. A Node object without
/// an endpoint is somebody else's to run, and is left alone.
/// </summary>
[NodePlacement]
internal sealed partial class NodeGrain(ClusterAccess cluster, ContainerRuntimes runtimes, NodePlaces places)
    : Grain, INodeGrain, IAsyncDisposable
{
    private readonly PassTimer _passes = new();
    private NodeAgent? _agent;
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

    public async Task Register(NodeRegistration registration)
    {
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
                    [NodeRegistration.MachineAnnotation] = registration.Machine,
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
        var node = cluster.Cache.Find(Node.Kind, "", Name);
        if (!places.IsHere(node))
        {
            // It was woken before it was known where it belongs; the next call finds its machine.
            DeactivateOnIdle();
            return null;
        }
        var endpoint = node?.Metadata.Annotations.GetValueOrDefault(NodeRegistration.EndpointAnnotation) ?? "";
        var address = node?.Metadata.Annotations.GetValueOrDefault(NodeRegistration.AddressAnnotation) ?? "127.0.0.1";
        if (endpoint != _endpoint) await Reconnect(endpoint, address);
        if (_agent is null) return null;
        _agent.Sync([.. cluster.Cache.PodsOn(Name).Select(pod => (Pod)pod.Object)]);
        return null;
    }

    private async Task Reconnect(string endpoint, string address)
    {
        if (_agent is { } old) await old.DisposeAsync();
        (_agent, _endpoint) = (null, endpoint);
        if (endpoint.Length == 0) return;
        var link = new NodeLink(Name, cluster, GrainFactory);
        var log = cluster.Loggers.CreateLogger<NodeAgent>();
        _agent = new NodeAgent(runtimes.For(Name, endpoint), link, link, OptionsFor(endpoint, address), cluster.Time, log);
        LogAttached(log, Name, endpoint);
        await _agent.StartAsync();
    }

    // Files of pods exist only where containers do: on the machine behind a local socket.
    private NodeAgentOptions OptionsFor(string endpoint, string address)
    {
        var isLocal = endpoint.StartsWith("unix://", StringComparison.Ordinal);
        return new NodeAgentOptions
        {
            NodeName = Name,
            HostIP = address,
            DataDirectory = isLocal ? Path.Combine(cluster.Options.DataDirectory, "nodes", Name) : null,
            MemoryDirectory = isLocal ? cluster.Options.MemoryDirectory : null,
        };
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "node {Node} runs on {Endpoint}")]
    private static partial void LogAttached(ILogger log, string node, string endpoint);
}
