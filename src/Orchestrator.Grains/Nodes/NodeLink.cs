using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Nodes;

/// <summary>What ties a node's agent to the cluster: reads come from the watch cache, reports go to grains.</summary>
internal sealed class NodeLink(string nodeName, ClusterAccess cluster, IGrainFactory grains) : INodeReports, INodeInputs
{
    private const string Component = "kubelet";

    public Task ReportAsync(Pod pod, PodStatus status, CancellationToken cancellation) =>
        PodOf(pod).Report(pod.Metadata.Uid!, status);

    public Task ConfirmStoppedAsync(Pod pod, CancellationToken cancellation) => PodOf(pod).ConfirmStopped(pod.Metadata.Uid!);

    public async Task ReportNodeAsync(NodeStatus status, CancellationToken cancellation)
    {
        if (cluster.Cache.Find(Node.Kind, "", nodeName) is not { } node) return;
        var next = node with { Status = status, Metadata = node.Metadata with { ResourceVersion = null } };
        await grains.Object(Node.Kind.KeyOf("", nodeName)).Update(next, "status", WriteOptions.OfController);
    }

    public void Event(ApiObject about, string fieldPath, string type, string reason, string message) =>
        cluster.Events.Record(about, fieldPath, type, reason, message, Component, nodeName);

    public void Explain(Pod pod, string decision, string why, string inputs) => cluster.Store.Explain(
        [new(cluster.Time.GetUtcNow(), pod.Metadata.Uid ?? "", KindRegistry.KeyOf(pod).ToString(), decision, why, inputs)]);

    public Pod? FindPod(string ns, string name) =>
        cluster.Cache.Find(Pod.Kind, ns, name) is { } pod && pod.Spec.NodeName == nodeName ? pod : null;

    public ConfigMap? FindConfigMap(string ns, string name) => cluster.Cache.Find(ConfigMap.Kind, ns, name);

    public Secret? FindSecret(string ns, string name) => cluster.Cache.Find(Secret.Kind, ns, name);

    private IPodGrain PodOf(Pod pod) => (IPodGrain)grains.Object(KindRegistry.KeyOf(pod));
}
