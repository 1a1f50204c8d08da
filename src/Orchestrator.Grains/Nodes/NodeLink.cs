using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Nodes;
using Orchestrator.Reconcilers.Services;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Nodes;

/// <summary>
/// What ties a node's agent to the cluster: reads come from the watch cache, reports go to grains. An agent whose node
/// is held by another reports nothing, for what it knows is old.
/// </summary>
internal sealed class NodeLink(
    NodeClaim claim, NodeClaims claims, ClusterAccess cluster, IGrainFactory grains, Action askForPass)
    : INodeReports, INodeInputs, IMirrorPods
{
    private const string Component = "kubelet";
    private static readonly ObjectKey ApiService = ServiceAddresses.ApiService;
    private readonly string _node = claim.NodeName;

    public ValueTask<bool> MayActAsync(bool isDestructive) => claims.MayAct(claim, isDestructive);

    public bool AskForSync()
    {
        askForPass();
        return true;
    }

    public async Task ReportAsync(Pod pod, PodStatus status, CancellationToken cancellation)
    {
        if (await MayActAsync(isDestructive: false)) await PodOf(pod).Report(pod.Metadata.Uid!, status);
    }

    public async Task ConfirmStoppedAsync(Pod pod, CancellationToken cancellation)
    {
        if (await MayActAsync(isDestructive: true)) await PodOf(pod).ConfirmStopped(pod.Metadata.Uid!);
    }

    public IMirrorPods Mirrors => this;

    public async Task CreateMirrorAsync(Pod mirror, CancellationToken cancellation)
    {
        if (!await MayActAsync(isDestructive: true)) return;
        var node = cluster.Cache.Find(Node.Kind, "", _node) ?? throw ApiException.NotFound(Node.Kind, _node);
        var owner = new OwnerReference
        {
            ApiVersion = "v1",
            Kind = "Node",
            Name = _node,
            Uid = node.Metadata.Uid ?? "",
            Controller = true,
        };
        var owned = mirror with { Metadata = mirror.Metadata with { OwnerReferences = [owner] } };
        await PodOf(mirror).Create(owned, WriteOptions.OfController);
    }

    public async Task DeleteMirrorAsync(Pod mirror, CancellationToken cancellation)
    {
        if (!await MayActAsync(isDestructive: true)) return;
        await PodOf(mirror).Delete(new DeleteRequest { Uid = mirror.Metadata.Uid, GracePeriodSeconds = 0 });
    }

    public async Task ReportNodeAsync(NodeStatus status, CancellationToken cancellation)
    {
        if (!await MayActAsync(isDestructive: true)) return;
        if (cluster.Cache.Find(Node.Kind, "", _node) is not { } node) return;
        // An agent that has not reached its engine yet knows no capacity: what the node said last stands.
        var said = status.Capacity.Count > 0
            ? status
            : status with
            {
                Capacity = node.Status.Capacity,
                Allocatable = node.Status.Allocatable,
                NodeInfo = node.Status.NodeInfo ?? status.NodeInfo,
            };
        var next = node with { Status = said, Metadata = node.Metadata with { ResourceVersion = null } };
        await grains.Object(Node.Kind.KeyOf("", _node)).Update(next, "status", WriteOptions.OfController);
    }

    public void Event(ApiObject about, string fieldPath, string type, string reason, string message) =>
        cluster.Events.Record(about, fieldPath, type, reason, message, Component, _node);

    public void Explain(Pod pod, string decision, string why, string inputs) => cluster.Store.Explain(
        [new(cluster.Time.GetUtcNow(), pod.Metadata.Uid ?? "", KindRegistry.KeyOf(pod).ToString(), decision, why,
            inputs)]);

    public Pod? FindPod(string ns, string name) =>
        cluster.Cache.Find(Pod.Kind, ns, name) is { } pod && pod.Spec.NodeName == _node ? pod : null;

    public ConfigMap? FindConfigMap(string ns, string name) => cluster.Cache.Find(ConfigMap.Kind, ns, name);

    public Secret? FindSecret(string ns, string name) => cluster.Cache.Find(Secret.Kind, ns, name);

    public PersistentVolumeClaim? FindClaim(string ns, string name) =>
        cluster.Cache.Find(PersistentVolumeClaim.Kind, ns, name);

    public PersistentVolume? FindVolume(string name) => cluster.Cache.Find(PersistentVolume.Kind, "", name);

    public Node? FindNode() => cluster.Cache.Find(Node.Kind, "", _node);

    public RuntimeClass? FindRuntimeClass(string name) => cluster.Cache.Find(RuntimeClass.Kind, "", name);

    public IReadOnlyList<Service> FindServices(string ns)
    {
        var own = cluster.Cache.All(Service.Kind, ns).Where(service => KindRegistry.KeyOf(service) != ApiService);
        return cluster.Cache.Find(ApiService)?.Object is Service api ? [.. own, AsReached(api)] : [.. own];
    }

    public PodToken? NewToken(Pod pod, string? audience, long expirationSeconds) =>
        cluster.Tokens?.Issue(pod, audience, expirationSeconds);

    // Nothing leads to the addresses of services yet: pods are told where the API itself listens, if they get there.
    private Service AsReached(Service api) => cluster.Options.ApiAddress is not { } address ? api : api with
    {
        Spec = api.Spec with
        {
            ClusterIP = address.Address.ToString(),
            Ports = [.. api.Spec.Ports.Select(port => port with { Port = address.Port })],
        },
    };

    private IPodGrain PodOf(Pod pod) => (IPodGrain)grains.Object(KindRegistry.KeyOf(pod));
}
